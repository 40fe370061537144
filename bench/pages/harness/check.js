// @ts-check
// Whether a job was done: a result that is wrong is no result.

/**
 * @import { ImageBands, Size } from '../seam.js'
 */

/**
 * What the kernel `stamp` makes of some bytes, as far as it is checked.
 *
 * @typedef {{ length: number, first: number, last: number }} Stamped
 */

/**
 * To be called before the bytes are given away.
 *
 * @param {Uint8Array} bytes
 * @param {number} [times] how often they are stamped
 * @returns {Stamped}
 */
export function stamped(bytes, times = 1) {
  const { length } = bytes;
  return { length, first: ((bytes[0] ?? 0) + times) & 255, last: bytes[length - 1] ?? 0 };
}

/**
 * @param {Uint8Array} result
 * @param {Stamped} expected
 */
export function checkStamp(result, { length, first, last }) {
  if (result.length !== length || result[0] !== first || result[length - 1] !== last) {
    const found = `${result.length} bytes from ${result[0]} to ${result[length - 1]}`;
    throw new Error(`the result is ${found}, not ${length} bytes from ${first} to ${last}`);
  }
}

/**
 * @param {ImageBands} result
 * @param {Size} size
 */
export function checkSize(result, { width, height }) {
  const bytes = result.reduce((sum, piece) => sum + piece.length, 0);
  if (bytes !== width * height * 4) throw new Error(`an image of ${bytes} bytes, not ${width * height * 4}`);
}
