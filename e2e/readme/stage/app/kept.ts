// A picture that stays with the workers.
import { createPool } from 'unjank';
import { expectEqual, inverted, noise, width } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./first.wasm', import.meta.url), workers: 2 });
const pixels = noise();
const painted = new Uint8Array(pixels.length);
const paint = (row: number, bytes: Uint8Array) => painted.set(bytes, row * width * 4);

// from docs/src/resident.md: const data = await pool.load(pixels

expectEqual(painted, noise());
expectEqual(await negative.run('invert', undefined), painted);
const again = await pool.load(pixels, { stride: width * 4 });
expectEqual(await again.run('invert', undefined), inverted(pixels));
again.release();
await pool.close();
