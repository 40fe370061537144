// The package has what types.d.ts says. Nothing of it runs; `tsc --checkJs` is the test, with a `lib` that knows no
// `await using`: the name of that method is found when the modules run.
import * as index from './index.js';
import * as node from './node/index.js';

/** @import { Pool } from './pool.js' */

/** @type {typeof import('./types.js')} */
export const everything = index;

/** @type {typeof import('./types.js')} */
export const everythingThere = node;

/**
 * What a pool is to those who know the types of its kernels and to those who don't.
 *
 * @typedef {import('./types.js').Payload} Payload
 * @typedef {import('./types.js').Bytes} Bytes
 * @typedef {{ params: number, given: Payload, result: Bytes }} Taking
 * @typedef {{ params: number, given: null, result: Bytes }} Making
 * @typedef {import('./types.js').KernelPool<{ blur: Taking, squares: Making }>} KernelPool
 *
 * @type {(pool: Pool) => import('./types.js').Pool & KernelPool}
 */
export const each = (pool) => pool;
