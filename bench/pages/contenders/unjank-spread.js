// @ts-check
// This pool, for an app that gives its image away: one worker has it, and lends parts of it to the others.
import { buildPool } from './unjank/pool.js';

/** @import { About, Band, Contender } from '../seam.js' */

/** @type {About} */
export const about = { name: 'unjank, spread', version: 'this', takes: 'bands' };

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  const pool = await buildPool(workers);
  return {
    blur: ({ bands, width, sigma }) => filter('gaussian_blur', { sigma }, bands, width),
    sobel: ({ bands, width }) => filter('sobel', {}, bands, width),
    cut: (_filter, _params, { height }) => ({ rows: height, halo: 0 }),
    close: () => pool.close('abort'),
  };

  /**
   * @param {string} kernel
   * @param {object} params
   * @param {Band[]} bands
   * @param {number} width
   */
  async function filter(kernel, params, [image], width) {
    if (!image) throw new Error('an image has at least one band');
    return [await pool.run(kernel, params, image.bytes, { stride: 4 * width, spread: true })];
  }
}
