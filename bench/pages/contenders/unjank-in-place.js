// @ts-check
// This pool, for an app that has no more use for the source: the results take its place.
import { openGiven } from './unjank/given.js';
import { kernelHalo } from './unjank/pool.js';

/** @import { About, Contender } from '../seam.js' */

/** @type {About} */
export const about = { name: 'unjank, in place', version: 'this', takes: 'bands' };

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export function open({ workers }) {
  return openGiven(workers, (pool, kernel, params, bytes, stride) => (
    pool.mapChunks(kernel, params, bytes, { stride, halo: kernelHalo(kernel, params) }).gatherInPlace()
  ));
}
