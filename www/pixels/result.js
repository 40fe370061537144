/** @import { Bitmap } from './enlarge.js' */

import { Shrinker } from './preview.js';

/** The filtered picture at full size, filled tile by tile in any order. */
export class Result {
  #shrinker;
  #covered;

  /** @param {{ width: number, height: number }} size */
  constructor(size) {
    this.width = size.width;
    this.height = size.height;
    this.bytes = new Uint8ClampedArray(size.width * size.height * 4);
    // Touching fresh memory costs more than copying into it: better before a run than in the midst of one.
    this.bytes.fill(255);
    this.#shrinker = new Shrinker(size);
    this.#covered = new Uint8Array(size.height);
  }

  /** @param {{ width: number, height: number }} size */
  fits(size) {
    return this.width === size.width && this.height === size.height;
  }

  /** Starts over in the same memory. */
  clear() {
    this.#covered.fill(0);
  }

  /** True when no row is missing. */
  get isComplete() {
    return this.#covered.every((row) => row === 1);
  }

  /**
   * Takes a tile in.
   * @param {number} start its first row
   * @param {Uint8Array} bytes whole rows
   * @returns {{ y: number, image: Bitmap } | null} the preview rows that this tile completed: a
   *   preview row across a seam waits for the other tile
   */
  put(start, bytes) {
    const rows = bytes.byteLength / (this.width * 4);
    this.bytes.set(bytes, start * this.width * 4);
    this.#covered.fill(1, start, start + rows);
    let { from, to } = this.#shrinker.rowsTouching(start, rows);
    while (from < to && !this.#isWhole(from)) from += 1;
    while (to > from && !this.#isWhole(to - 1)) to -= 1;
    if (from === to) return null;
    const pixels = this.#shrinker.shrink(new Uint32Array(this.bytes.buffer), from, to);
    return { y: from, image: { width: this.#shrinker.size.width, height: to - from, pixels } };
  }

  /** @param {number} previewRow */
  #isWhole(previewRow) {
    const end = this.#shrinker.firstRowOf(previewRow + 1);
    for (let row = this.#shrinker.firstRowOf(previewRow); row < end; row += 1) {
      if (this.#covered[row] !== 1) return false;
    }
    return true;
  }
}
