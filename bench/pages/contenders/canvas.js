// @ts-check
// What the browser has built in: the `filter` of a canvas, on the page.

/**
 * @import { About, Contender, Image, ImageBands } from '../seam.js'
 */

/** @type {About} */
export const about = {
  name: 'canvas filter',
  version: 'built in',
  cannot: {
    small: 'runs its own filters only',
    burst: 'runs its own filters only',
    bytes: 'runs its own filters only',
    sobel: 'has no such filter without SVG, which clamps each step',
  },
};

/** @returns {Promise<Contender>} */
export async function open() {
  return { blur: async (image) => blur(image), close: () => {} };
}

/**
 * @param {Image & { sigma: number }} image
 * @returns {ImageBands}
 */
function blur({ bands: [whole], width, height, sigma }) {
  if (!whole) throw new Error('an image has at least one band');
  const [source, target] = [context(width, height), context(width, height)];
  source.putImageData(new ImageData(new Uint8ClampedArray(whole.bytes.buffer), width, height), 0, 0);
  target.filter = `blur(${sigma}px)`;
  target.drawImage(source.canvas, 0, 0);
  const { data } = target.getImageData(0, 0, width, height);
  return [new Uint8Array(data.buffer)];
}

/**
 * @param {number} width
 * @param {number} height
 */
function context(width, height) {
  const made = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!made) throw new Error('there is no canvas');
  return made;
}
