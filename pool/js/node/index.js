/**
 * The pool where there is no page, in Node.js and what runs its packages: threads stand for workers, and files are
 * read. All else is as on a page, and the same code.
 *
 * @import { PoolOptions } from '../types.js'
 */

import { availableParallelism } from 'node:os';

import { createPool as begin } from '../index.js';
import { read } from './files.js';
import { Hold } from './hold.js';
import { threads } from './thread.js';

export { UnjankError } from '../index.js';

/**
 * Starts a pool.
 *
 * @param {PoolOptions} [options]
 * @returns {Promise<any>} a `Pool`, resolves when a worker is ready; what its kernels are, its caller knows
 * @throws {UnjankError} what is wrong with an option, or why no worker can be started
 */
export async function createPool(options) {
  const hold = new Hold();
  try {
    const pool = await begin(/** @type {PoolOptions} */ (isGiven(options) ? here(options) : options));
    hold.follow(pool);
    return pool;
  } catch (error) {
    hold.end();
    throw error;
  }
}

/**
 * Whether there is something to be read: what is no object is refused as it is.
 *
 * @param {PoolOptions | undefined} options
 * @returns {options is PoolOptions}
 */
function isGiven(options) {
  return Object.prototype.toString.call(options) === '[object Object]';
}

/** The same, for where there is no page. @param {PoolOptions} options */
function here(options) {
  const { kernels, glue, wasm, worker, workers } = options;
  return {
    ...options,
    kernels: read(kernels),
    glue: read(glue),
    wasm: read(wasm ?? new URL('../core.wasm', import.meta.url)),
    // Without workers it is refused.
    worker: workers === 0 ? worker : threads(worker),
    workers: workers === undefined ? availableParallelism() : workers,
  };
}
