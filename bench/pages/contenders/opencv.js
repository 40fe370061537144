// @ts-check
// OpenCV.js as its documentation has it: one thread, on the thread that calls it.

/**
 * @import { About, Contender, Image, ImageBands } from '../seam.js'
 */

/** @type {About} */
export const about = {
  name: 'OpenCV.js',
  version: '5.0.0',
  cannot: {
    small: 'runs its own operations only',
    burst: 'runs its own operations only',
    bytes: 'runs its own operations only',
  },
};

/** @type {any} */
let cv;

async function load() {
  // @ts-ignore It is a script that leaves a global variable.
  await import('../vendor/opencv-js/opencv.js');
  return /** @type {any} */ (globalThis).cv;
}

/** @returns {Promise<Contender>} */
export async function open() {
  cv ??= await load();
  return {
    blur: async (image) => run(image, (source, result) => {
      cv.GaussianBlur(source, result, new cv.Size(0, 0), image.sigma, image.sigma, cv.BORDER_REPLICATE);
    }),
    sobel: async (image) => run(image, edges),
    close: () => {},
  };
}

/**
 * @param {Image} image
 * @param {(source: any, result: any) => void} filter
 * @returns {ImageBands}
 */
function run({ bands: [whole], width, height }, filter) {
  const source = new cv.Mat(height, width, cv.CV_8UC4);
  const result = new cv.Mat();
  try {
    source.data.set(whole?.bytes);
    filter(source, result);
    return [result.data.slice()];
  } finally {
    source.delete();
    result.delete();
  }
}

/**
 * Both gradients of the brightness, absolute and added, as its tutorial has it.
 *
 * @param {any} source
 * @param {any} result
 */
function edges(source, result) {
  const [gray, across, down] = [new cv.Mat(), new cv.Mat(), new cv.Mat()];
  cv.cvtColor(source, gray, cv.COLOR_RGBA2GRAY);
  cv.Sobel(gray, across, cv.CV_16S, 1, 0);
  cv.Sobel(gray, down, cv.CV_16S, 0, 1);
  cv.convertScaleAbs(across, across);
  cv.convertScaleAbs(down, down);
  cv.addWeighted(across, 1, down, 1, 0, gray);
  cv.cvtColor(gray, result, cv.COLOR_GRAY2RGBA);
  for (const made of [gray, across, down]) made.delete();
}
