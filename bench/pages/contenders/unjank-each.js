// @ts-check
// This pool, with a call and a promise for each job of a burst.
import { buildPool } from './unjank/pool.js';

/** @import { Contender, About } from '../seam.js' */

/** @type {About} */
export const about = {
  name: 'unjank, run for each job',
  version: 'this',
};

/** Shared by all jobs, as an app's settings are. */
const SETTINGS = {};

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  const pool = await buildPool(workers);
  return {
    burst: (payloads) => Promise.all(payloads.map((payload) => pool.run('stamp', SETTINGS, payload))),
    close: () => pool.close('abort'),
  };
}
