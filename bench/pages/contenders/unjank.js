// @ts-check
// This pool, through its public JavaScript API, as an app uses it.
import { buildPool, kernelHalo } from './unjank/pool.js';

/** @import { Contender, About } from '../seam.js' */

/** @type {About} */
export const about = { name: 'unjank', version: 'this' };

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  const pool = await buildPool(workers);
  const run = (/** @type {Uint8Array<ArrayBuffer>} */ payload) => pool.run('stamp', {}, payload);
  return {
    small: run,
    burst: (payloads) => pool.runAll('stamp', {}, payloads),
    bytes: async (buffer) => (await pool.run('stamp', {}, buffer)).buffer,
    blur: ({ bands, width, sigma }) => filter('gaussian_blur', { sigma }, bands, width),
    sobel: ({ bands, width }) => filter('sobel', {}, bands, width),
    close: () => pool.close('abort'),
  };

  /**
   * @param {string} kernel
   * @param {object} params
   * @param {import('../seam.js').Band[]} bands
   * @param {number} width
   */
  async function filter(kernel, params, [image], width) {
    if (!image) throw new Error('an image has at least one band');
    const plan = { stride: 4 * width, halo: kernelHalo(kernel, params) };
    return [await pool.mapChunks(kernel, params, image.bytes, plan).gather()];
  }
}
