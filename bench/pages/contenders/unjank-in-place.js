// @ts-check
// This pool, for an app that has no more use for the source: the results take its place.
import { buildPool, kernelHalo } from './unjank/pool.js';

/** @import { About, Band, Contender } from '../seam.js' */

/** @type {About} */
export const about = { name: 'unjank, in place', version: 'this', takes: 'bands' };

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
    const plan = { stride: 4 * width, halo: kernelHalo(kernel, params) };
    return [await pool.mapChunks(kernel, params, image.bytes, plan).gatherInPlace()];
  }
}
