// @ts-check
/// <reference path="./bytes.d.ts" />
// Filters a picture on two workers, or on the page where none can be had, and shows what came of it.
import { createPool } from 'unjank';
import wasm from 'unjank/core.wasm';
import kernels from 'unjank-demo/kernels.wasm';

const SIDE = 256;
const RED = 0xff0000ff;

async function filter() {
  // A page of `file:` can fetch nothing: both modules are in this script, as bytes.
  const pool = await createPool({ kernels, wasm, worker: './worker.js', workers: 2, fallback: 'inline' });
  const { inline } = pool.stats();
  const picture = new Uint32Array(SIDE * SIDE).fill(RED);
  const rows = { stride: 4 * SIDE, chunkUnits: 16 };
  const { buffer } = await pool.mapChunks('grayscale', {}, picture, rows).gather();
  await pool.close();
  const colours = [...new Set(new Uint32Array(buffer))].map((colour) => colour.toString(16));
  return `${buffer.byteLength / 4} pixels are ${colours.join(' and ')}, by ${inline ? 'the page' : 'workers'}`;
}

const outcome = filter();
// The test awaits it.
Object.assign(globalThis, { createPool, kernels, outcome, wasm });
outcome.catch(String).then((text) => { document.body.append(text); });
