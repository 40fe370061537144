// Kernels that follow each other, on a picture that stays with the workers and comes from elsewhere.
import { createPool } from 'unjank';
import { expectEqual, noise, width } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./first.wasm', import.meta.url), workers: 2 });
const pixels = noise();
const stride = width * 4;
const rows = (first: number, count: number) => pixels.slice(first * stride, (first + count) * stride);
const units = pixels.length / stride;

// from docs/src/resident.md: const data = await pool.load(({ first
const painted = new Uint8Array(pixels.length);
const paint = (row: number, bytes: Uint8Array) => painted.set(bytes, row * stride);

// from docs/src/resident.md: const inverted = data.through(

expectEqual(painted, pixels);
await pool.close();
