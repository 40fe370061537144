// A picture in pieces of rows.
import { createPool } from 'unjank';
import { expect, expectEqual, height, inverted, noise, width } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./first.wasm', import.meta.url) });
const pixels = noise();
const painted = new Uint8Array(pixels.length);
let pieces = 0;
const paint = (row: number, bytes: Uint8Array) => {
  painted.set(bytes, row * width * 4);
  pieces += 1;
};

// from docs/src/calls.md: for await (const rows of pool.mapChunks('invert'

expect(pieces > 1 && pieces < height, 'the picture came in pieces');
expectEqual(painted, inverted(noise()));
expectEqual(pixels, noise());

const chunks = () => pool.mapChunks('invert', undefined, pixels, { stride: width * 4 });
expectEqual(await chunks().gather(), painted);
expectEqual(await chunks().gatherInPlace(), painted);
expectEqual(pixels, painted);
await pool.close();
