/** The kernels: fetched and compiled once, for the pool's workers and for an instance of the page's own. */

import { instantiate } from '../unjank/alone.js';

/** @typedef {Awaited<ReturnType<typeof instantiate>>} Alone */

/** @typedef {{ module: WebAssembly.Module, alone: Alone }} Kernels */

/** @returns {Promise<Kernels>} */
export async function loadKernels() {
  const url = new URL('../pkg/kernels.wasm', import.meta.url);
  const module = await WebAssembly.compileStreaming(fetch(url));
  return { module, alone: await instantiate(module) };
}
