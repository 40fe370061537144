// @ts-check
// This pool, where jobs that are worth no trip run at once, on the page.
import { buildPool } from './unjank/pool.js';

/** @import { Contender, About } from '../seam.js' */

/** @type {About} */
export const about = { name: 'unjank, inline: auto', version: 'this' };

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  const pool = await buildPool(workers, { inline: 'auto' });
  return {
    small: (payload) => pool.run('stamp', {}, payload),
    close: () => pool.close('abort'),
  };
}
