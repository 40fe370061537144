/** The package as it is made, and how stories make pools with it. */

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/** @import { Host } from './alike.js' */

const GOLDEN = new URL('../../../../protocol/golden/golden.wasm', import.meta.url);

/**
 * @param {string} core where the package's core is
 * @param {Uint8Array} byHand
 * @returns {Promise<Host>}
 */
export async function hostOf(core, byHand) {
  const index = new URL('./node/index.js', pathToFileURL(core));
  const { createPool, UnjankError } = await import(index.href);
  const kernels = await WebAssembly.compile(await readFile(GOLDEN));
  return {
    createPool,
    UnjankError,
    byHand,
    scope: new URL('./scope.js', index),
    open: (options) => createPool({ kernels, workers: 1, ...options }),
  };
}
