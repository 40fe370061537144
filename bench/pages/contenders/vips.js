// @ts-check
// libvips with its threads; it computes when a result is asked for.
import Vips from '../vendor/wasm-vips/vips-es6.js';

/**
 * @import { About, Contender, ImageBands, Image } from '../seam.js'
 */

/** @type {About} */
export const about = {
  name: 'wasm-vips',
  version: '0.0.19',
  needsIsolation: true,
  cannot: {
    small: 'runs its own operations only',
    burst: 'runs its own operations only',
    bytes: 'runs its own operations only',
  },
};

/** @type {Promise<any> | undefined} */
let loading;

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  loading ??= Vips({ dynamicLibraries: [] });
  const vips = await loading;
  return {
    blur: async (image) => run(image, (source) => source.gaussblur(image.sigma)),
    sobel: async (image) => run(image, (source) => source.sobel()),
    close: () => {},
  };

  /**
   * @param {Image} image
   * @param {(source: any) => any} filter
   * @returns {ImageBands}
   */
  function run({ bands: [whole], width, height }, filter) {
    vips.concurrency(workers);
    const source = vips.Image.newFromMemory(whole?.bytes, width, height, 4, 'uchar');
    const filtered = filter(source);
    const result = filtered.cast('uchar');
    try {
      return [result.writeToMemory()];
    } finally {
      for (const made of [result, filtered, source]) made.delete();
    }
  }
}
