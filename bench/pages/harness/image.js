// @ts-check
// The image that every filter works on: soft shapes, hard edges and noise, from a seed.
import { mix } from './random.js';

/**
 * @import { Band, Image, Size } from '../seam.js'
 */

const CHANNELS = 4;

/** @type {Map<string, { size: Size, pixels: Uint8Array<ArrayBuffer> }>} */
const painted = new Map();

/**
 * Paints an image and keeps it under its size; gives how many pixels it has.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} seed
 */
export function paint(width, height, seed) {
  const pixels = new Uint8Array(width * height * CHANNELS);
  const words = new Uint32Array(pixels.buffer);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) words[y * width + x] = pixel(x, y, seed);
  }
  painted.set(`${width}x${height}`, { size: { width, height }, pixels });
  return width * height;
}

/**
 * Checks, waves and noise of a sixteenth of the range, opaque.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} seed
 */
function pixel(x, y, seed) {
  const noise = mix(seed ^ (y << 13) ^ x);
  const check = ((x >> 7) ^ (y >> 7)) & 1 ? 96 : 0;
  const red = check + ((x >> 4) & 127) + (noise & 15);
  const green = check + ((y >> 4) & 127) + ((noise >> 4) & 15);
  const blue = check + (((x + y) >> 5) & 127) + ((noise >> 8) & 15);
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * @param {Size} size
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function pixelsOf({ width, height }) {
  const found = painted.get(`${width}x${height}`);
  if (!found) throw new Error(`no image of ${width} x ${height} was painted`);
  return found.pixels;
}

/**
 * The image in one band, which stays with the page.
 *
 * @param {Size} size
 * @returns {Image}
 */
export function whole(size) {
  const band = { bytes: pixelsOf(size), start: 0, rows: size.height, before: 0, after: 0 };
  return { ...size, bands: [band] };
}

/**
 * The image cut into bands of their own buffers, to be given away.
 *
 * @param {Size} size
 * @param {{ rows: number, halo: number }} how
 * @returns {Image}
 */
export function cut(size, { rows, halo }) {
  const pixels = pixelsOf(size);
  const stride = size.width * CHANNELS;
  /** @type {Band[]} */
  const bands = [];
  for (let start = 0; start < size.height; start += rows) {
    const here = Math.min(rows, size.height - start);
    const before = Math.min(halo, start);
    const after = Math.min(halo, size.height - start - here);
    const bytes = pixels.slice((start - before) * stride, (start + here + after) * stride);
    bands.push({ bytes, start, rows: here, before, after });
  }
  return { ...size, bands };
}
