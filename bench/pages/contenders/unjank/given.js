// @ts-check
// This pool, for an app that has no more use for its image, which is one buffer.
import { buildPool } from './pool.js';

/**
 * @import { Band, Contender } from '../../seam.js'
 *
 * @typedef {Awaited<ReturnType<typeof buildPool>>} Pool
 * @typedef {(pool: Pool, kernel: string, params: object, bytes: Uint8Array<ArrayBuffer>, stride: number) => Promise<any>} Work
 */

/**
 * @param {number} workers
 * @param {Work} work filters an image that is given away
 * @returns {Promise<Contender>}
 */
export async function openGiven(workers, work) {
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
    return [await work(pool, kernel, params, image.bytes, 4 * width)];
  }
}
