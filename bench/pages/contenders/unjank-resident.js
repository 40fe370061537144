// @ts-check
// This pool, for an app that filters one image again and again: its workers keep it.
import { buildPool } from './unjank/pool.js';

/**
 * @import { About, Contender, Image } from '../seam.js'
 */

/** @type {About} */
export const about = { name: 'unjank, resident', version: 'this' };

/** Rows of context for the widest of the filters. */
const HALO = 128;

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  const pool = await buildPool(workers);
  /** @type {{ bytes: Uint8Array, data: any } | undefined} */
  let kept;
  return {
    blur: ({ sigma, ...image }) => filter('gaussian_blur', { sigma }, image),
    sobel: (image) => filter('sobel', {}, image),
    close: () => pool.close('abort'),
  };

  /**
   * @param {string} kernel
   * @param {object} params
   * @param {Image} image
   */
  async function filter(kernel, params, { bands: [image], width }) {
    if (!image) throw new Error('an image has at least one band');
    const { bytes } = image;
    if (kept?.bytes !== bytes) {
      kept?.data.release();
      kept = { bytes, data: await pool.load(bytes, { stride: 4 * width, halo: HALO }) };
    }
    const chunks = [];
    for await (const chunk of kept.data.map(kernel, params)) chunks.push(chunk);
    return chunks.sort((one, other) => one.index - other.index).map((chunk) => chunk.bytes);
  }
}
