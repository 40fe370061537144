/**
 * A pool of Web Workers for work over bytes.
 *
 * @import { PoolOptions } from './types.js'
 */

import { poolOptions } from './options.js';
import { Pool } from './pool.js';

export { UnjankError } from './errors.js';

/**
 * Starts a pool.
 *
 * @param {PoolOptions} [options]
 * @returns {Promise<any>} a `Pool`, resolves when a worker is ready; what its kernels are, its caller knows
 * @throws {UnjankError} what is wrong with an option, or why no worker can be started
 */
export async function createPool(options) {
  return Pool.open(poolOptions(options));
}
