// @ts-check
// Rayon's caller: it waits while its threads work, which only a worker may do without turning round
// and round.
import init, { Image, initThreadPool } from '../rust/rayon/rayon.js';

/**
 * @typedef {{ threads: number }} Start
 * @typedef {{ filter: 'blur' | 'sobel', width: number, sigma?: number }} Order
 */

/** @type {WebAssembly.Memory | undefined} */
let memory;

/** @type {Image | undefined} */
let image;

const answers = {
  /** @param {Start} start */
  async start({ threads }) {
    memory = (await init()).memory;
    await initThreadPool(threads);
  },

  /** @param {{ length: number }} wanted bytes of an image */
  reserve({ length }) {
    image?.free();
    image = new Image(length);
    return { shared: memory?.buffer, inputAt: image.inputAt, outputAt: image.outputAt };
  },

  /**
   * Gives the milliseconds of the filter alone.
   *
   * @param {Order} order
   */
  filter({ filter, width, sigma = 1 }) {
    if (!image) throw new Error('reserve room for an image before');
    const before = performance.now();
    if (filter === 'blur') image.blur(width, sigma);
    else image.sobel(width);
    return performance.now() - before;
  },
};

self.onmessage = async ({ data: { ask, ...given } }) => {
  try {
    self.postMessage({ answer: await answers[/** @type {'start'} */ (ask)](given) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
