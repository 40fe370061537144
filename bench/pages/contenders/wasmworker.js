// @ts-check
// wasmworker's pool: the module is compiled once, bytes go by `run_bytes`. It writes several lines to
// the console for each job, at the level `debug`: whoever listens to the console slows it down.
import init, { Workers } from '../rust/wasmworker/wasmworker.js';
import { contender } from './rust/workers.js';

/** @import { About, Contender } from '../seam.js' */

/** @type {About} */
export const about = { name: 'wasmworker', version: '0.4.0' };

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  await init();
  return contender(await Workers.open(workers));
}
