// @ts-check
// Workers of gloo take turns: it has no pool. Each loads and compiles the module for itself.
import init, { Workers } from '../rust/gloo/gloo.js';
import { contender } from './rust/workers.js';

/** @import { About, Contender } from '../seam.js' */

/** @type {About} */
export const about = { name: 'gloo-worker', version: '0.6.0' };

const SCRIPT = new URL('../workers/gloo.js', import.meta.url).href;

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  await init();
  return contender(await Workers.open(SCRIPT, workers));
}
