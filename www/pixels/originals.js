/** @import { Bitmap } from './enlarge.js' */
/** @import { Band } from './bands.js' */

import { DemoError } from '../engine/errors.js';

/** Buffers kept to cut bands into: a fresh one costs more in page faults than the copy. */
const MOST_SPARES = 16;

/** The photos that were decoded, at full size: bands of them are cut here, each copied once. */
export class Originals {
  /** @type {Map<number, Bitmap>} */
  #photos = new Map();
  #added = 0;
  /** @type {ArrayBuffer[]} all of the same length */
  #spares = [];
  /** Bytes of the latest band: what a spare has to have. */
  #length = 0;

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
   * @param {Band} band
   * @returns {Uint8Array<ArrayBuffer>} the rows of a band and its context, in a buffer of their own
   */
  cut(id, { start, rows, before, after }) {
    const { width, pixels } = this.#find(id);
    const stride = width * 4;
    const from = (start - before) * stride;
    const to = (start + rows + after) * stride;
    const cut = this.#blank(to - from);
    cut.set(pixels.subarray(from, to));
    return cut;
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

  /** @param {ArrayBuffer} buffer that nobody needs */
  recycle(buffer) {
    if (buffer.byteLength === this.#length && this.#spares.length < MOST_SPARES) this.#spares.push(buffer);
  }

  /** @param {number} length */
  #blank(length) {
    if (length !== this.#length) {
      this.#length = length;
      this.#spares = [];
    }
    return new Uint8Array(this.#spares.pop() ?? new ArrayBuffer(length));
  }

  /** @param {number} id */
  #find(id) {
    const photo = this.#photos.get(id);
    if (photo === undefined) throw new DemoError('no_photo', 'that photo is gone; choose one again');
    return photo;
  }
}
