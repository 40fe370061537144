// @ts-check
import { createPool, UnjankError } from 'unjank';

/** @import { Pool } from 'unjank' */

const SIDE = 256;
const RED = 0xff0000ff;

export function open() {
  return createPool({
    kernels: new URL('unjank-demo/kernels.wasm', import.meta.url),
    workers: 2,
  });
}

/** @param {Pool} pool */
export async function filter(pool) {
  const picture = new Uint32Array(SIDE * SIDE).fill(RED);
  const rows = { stride: 4 * SIDE, chunkUnits: 16 };
  const { buffer } = await pool.mapChunks('grayscale', {}, picture, rows).gather();
  const colours = [...new Set(new Uint32Array(buffer))].map((colour) => colour.toString(16));
  return `${buffer.byteLength / 4} pixels are ${colours.join(' and ')}`;
}

/** @param {unknown} error */
export function explained(error) {
  return error instanceof UnjankError ? `${error.code}: ${error.message}` : String(error);
}
