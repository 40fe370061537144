// @ts-check
// This pool, for an app that has its image in pieces: they are moved, and nothing is copied on the page.
import { buildPool, kernelHalo } from './unjank/pool.js';

/**
 * @import { About, Contender, Filter, Image } from '../seam.js'
 */

/** @type {About} */
export const about = { name: 'unjank, pre-cut bands', version: 'this', takes: 'bands' };

/** @type {Record<Filter, string>} */
const KERNELS = { blur: 'gaussian_blur', sobel: 'sobel' };

/** Rows of a band at least, and for each row of context. */
const ROWS = 64;
const ROWS_PER_HALO = 8;

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  const pool = await buildPool(workers);
  return {
    blur: (image) => filter(KERNELS.blur, { sigma: image.sigma }, image),
    sobel: (image) => filter(KERNELS.sobel, {}, image),
    cut: (filter, params) => {
      const halo = kernelHalo(KERNELS[filter], params);
      return { rows: Math.max(ROWS, ROWS_PER_HALO * halo), halo };
    },
    close: () => pool.close('abort'),
  };

  /**
   * @param {string} kernel
   * @param {object} params
   * @param {Image} image
   */
  function filter(kernel, params, { bands, width, height }) {
    const stride = 4 * width;
    return Promise.all(bands.map(({ bytes, start, before, after }) => (
      pool.run(kernel, params, bytes, { stride, window: { start, total: height, before, after } })
    )));
  }
}
