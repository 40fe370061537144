// @ts-check
// The floor of starting: workers that get the compiled module and instantiate it, and nothing else.
import { answered } from './raw/pool.js';

/** @import { About, Contender } from '../seam.js' */

/** @type {About} */
export const about = { name: 'raw start of the module', version: 'by hand' };

const SCRIPT = new URL('../workers/raw-start.js', import.meta.url);
const module = await WebAssembly.compileStreaming(fetch('./pkg/kernels.wasm'));

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers: count }) {
  const workers = Array.from({ length: count }, () => new Worker(SCRIPT, { type: 'module' }));
  const ready = workers.map(answered);
  for (const worker of workers) worker.postMessage(module);
  await Promise.all(ready);
  return { close: () => workers.forEach((worker) => worker.terminate()) };
}
