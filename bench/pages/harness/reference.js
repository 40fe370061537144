// @ts-check
// What a filter should give, at some points: slow, in floating point, from the definition.
import { pixelsOf } from './image.js';
import { mix } from './random.js';

/**
 * @import { Filter, ImageBands, Size } from '../seam.js'
 * @typedef {{ x: number, y: number, expected: number }} Point the red channel of a pixel
 */

const CHANNELS = 4;

/** Points that a result is looked at. */
const POINTS = 300;

/** How far the Gaussian is summed up, in sigmas. Beyond lies less than a millionth of it. */
const REACH = 5;

/** @type {Map<string, Point[]>} */
const known = new Map();

/**
 * How far a result is from the definition, as the mean over some points inside the image, in levels
 * of 256.
 *
 * @param {Filter} filter
 * @param {Size} size
 * @param {{ sigma?: number }} params
 * @param {ImageBands} result
 */
export function distance(filter, size, params, result) {
  const points = pointsOf(filter, size, params);
  const at = reader(result, size);
  const sum = points.reduce((sum, { x, y, expected }) => sum + Math.abs(at(x, y) - expected), 0);
  return sum / points.length;
}

/**
 * @param {Filter} filter
 * @param {Size} size
 * @param {{ sigma?: number }} params
 */
function pointsOf(filter, size, { sigma = 1 }) {
  const key = [filter, size.width, size.height, sigma].join();
  const found = known.get(key);
  if (found) return found;
  const pixels = pixelsOf(size);
  const margin = Math.ceil(REACH * sigma) + 1;
  const weights = gaussian(sigma);
  const points = Array.from({ length: POINTS }, (_, index) => {
    const x = margin + mix(2 * index) % (size.width - 2 * margin);
    const y = margin + mix(2 * index + 1) % (size.height - 2 * margin);
    const expected = filter === 'blur'
      ? blurred(pixels, size.width, x, y, weights)
      : steepness(pixels, size.width, x, y);
    return { x, y, expected };
  });
  known.set(key, points);
  return points;
}

/** @param {number} sigma */
function gaussian(sigma) {
  const reach = Math.ceil(REACH * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, index) => (
    Math.exp(-((index - reach) ** 2) / (2 * sigma * sigma))
  ));
  const sum = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * @param {Uint8Array} pixels
 * @param {number} width
 * @param {number} x
 * @param {number} y
 * @param {number[]} weights
 */
function blurred(pixels, width, x, y, weights) {
  const reach = (weights.length - 1) / 2;
  return weights.reduce((sum, down, row) => {
    const start = (y + row - reach) * width + x - reach;
    const line = weights.reduce((sum, across, column) => (
      sum + across * (pixels[(start + column) * CHANNELS] ?? 0)
    ), 0);
    return sum + down * line;
  }, 0);
}

/**
 * The length of the gradient of the red channel, at most 255: contenders that take brightness for it
 * have another, so what is told of Sobel is only whether it looks for edges at all.
 *
 * @param {Uint8Array} pixels
 * @param {number} width
 * @param {number} x
 * @param {number} y
 */
function steepness(pixels, width, x, y) {
  const at = (/** @type {number} */ dx, /** @type {number} */ dy) => (
    pixels[((y + dy) * width + x + dx) * CHANNELS] ?? 0
  );
  const across = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
  const down = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
  return Math.min(255, Math.hypot(across, down));
}

/**
 * Reads the red channel of a result in pieces.
 *
 * @param {ImageBands} result
 * @param {Size} size
 */
function reader(result, { width }) {
  const stride = width * CHANNELS;
  return (/** @type {number} */ x, /** @type {number} */ y) => {
    let row = y;
    for (const piece of result) {
      const rows = piece.length / stride;
      if (row < rows) return piece[row * stride + x * CHANNELS] ?? 0;
      row -= rows;
    }
    throw new Error(`the result has no row ${y}`);
  };
}
