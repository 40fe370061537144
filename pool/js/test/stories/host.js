/** The package as it is made, and how stories make pools with it. */

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

import * as alike from './alike.js';
import * as endless from './endless.js';
import * as threads from './threads.js';

/** @import { Host } from './alike.js' */

/** All of them, by their names; those that never end come last. */
export const STORIES = Object.entries({ ...alike, ...threads, ...endless }).filter(([name]) => name.includes('_'));

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
