// @ts-check
// This pool, for an app that gives its image away: one worker has it, and lends parts of it to the others.
import { openGiven } from './unjank/given.js';

/** @import { About, Contender } from '../seam.js' */

/** @type {About} */
export const about = { name: 'unjank, spread', version: 'this', takes: 'bands' };

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export function open({ workers }) {
  return openGiven(workers, (pool, kernel, params, bytes, stride) => (
    pool.run(kernel, params, bytes, { stride, spread: true })
  ));
}
