// @ts-check
// Photon as its documentation has it: one thread, on the thread that calls it.
import * as photon from '../vendor/photon/photon_rs_bg.js';

/**
 * @import { About, Contender, Image, ImageBands } from '../seam.js'
 */

/** @type {About} */
export const about = {
  name: 'photon',
  version: '0.3.11',
  cannot: {
    small: 'runs its own operations only',
    burst: 'runs its own operations only',
    bytes: 'runs its own operations only',
    sobel: 'has one direction at a time, not the length of the gradient',
  },
};

/** @type {Promise<void> | undefined} */
let loading;

async function load() {
  const file = fetch('./vendor/photon/photon_rs_bg.wasm');
  const imports = { './photon_rs_bg.js': /** @type {any} */ (photon) };
  const { instance } = await WebAssembly.instantiateStreaming(file, imports);
  /** @type {any} */ (photon).setWasm(instance.exports);
}

/** @returns {Promise<Contender>} */
export async function open() {
  await (loading ??= load());
  return { blur: async (image) => blur(image), close: () => {} };
}

/**
 * @param {Image & { sigma: number }} image
 * @returns {ImageBands}
 */
function blur({ bands: [whole], width, height, sigma }) {
  const { PhotonImage, gaussian_blur: gaussianBlur } = /** @type {any} */ (photon);
  const image = new PhotonImage(whole?.bytes, width, height);
  try {
    gaussianBlur(image, sigma);
    return [image.get_raw_pixels()];
  } finally {
    image.free();
  }
}
