/** @import { Bitmap } from './enlarge.js' */

import { DemoError } from '../engine/errors.js';

/** The photos that were decoded, at full size. */
export class Originals {
  /** @type {Map<number, Bitmap>} */
  #photos = new Map();
  #added = 0;

  /**
   * @param {Bitmap} photo
   * @returns {number} its id
   */
  add(photo) {
    this.#added += 1;
    this.#photos.set(this.#added, photo);
    return this.#added;
  }

  /** @param {number} id */
  drop(id) {
    this.#photos.delete(id);
  }

  /**
   * @param {number} id
   * @param {number} first row
   * @param {number} count rows
   * @returns {Uint8ClampedArray<ArrayBuffer>} in a buffer of their own
   */
  cut(id, first, count) {
    const { width, pixels } = this.#find(id);
    const stride = width * 4;
    return pixels.slice(first * stride, (first + count) * stride);
  }

  /**
   * Gives all pixels away until they come back.
   * @param {number} id
   * @returns {Uint8ClampedArray<ArrayBuffer>}
   */
  lend(id) {
    return this.#find(id).pixels;
  }

  /**
   * @param {number} id a photo that was dropped meanwhile stays so
   * @param {ArrayBuffer} buffer
   */
  takeBack(id, buffer) {
    const photo = this.#photos.get(id);
    if (photo !== undefined) photo.pixels = new Uint8ClampedArray(buffer);
  }

  /** @param {number} id */
  #find(id) {
    const photo = this.#photos.get(id);
    if (photo === undefined) throw new DemoError('no_photo', 'that photo is gone; choose one again');
    return photo;
  }
}
