/**
 * @import { Window } from './instance.js'
 */

/** Bytes of a chunk: it stays in a core's cache with its result, and takes about a millisecond. */
const CHUNK_BYTES = 2 ** 20;

/** A chunk grows with its halo up to so many: that costs more than a chunk that leaves the cache. */
const LARGEST_BYTES = 2 ** 23;

/** How a whole, or a part of one, is cut into chunks, all but the last as long. */
export class Cut {
  #first;
  #core;
  #before;
  #after;
  #units;

  /**
   * @param {Window} window of what is cut: its context makes no difference
   * @param {[before: number, after: number]} halo units of context
   * @param {number} piece bytes of which chunks are multiples; 0: any that are whole units
   */
  constructor([stride, total, first, , core], [before, after], piece) {
    /** Bytes of a unit. */
    this.stride = stride;
    /** Units of the whole. */
    this.total = total;
    this.#first = first;
    this.#core = core;
    this.#before = before;
    this.#after = after;
    const bytes = Math.min(LARGEST_BYTES, Math.max(CHUNK_BYTES, (before + after) * stride));
    const step = piece || stride;
    this.#units = (Math.max(1, Math.floor(bytes / step)) * step) / stride;
  }

  /** How many chunks there are. */
  get count() {
    return Math.max(1, Math.ceil(this.#core / this.#units));
  }

  /** On how many chunks on either side of it one's halo lies. */
  get reach() {
    return Math.ceil(Math.max(this.#before, this.#after) / this.#units);
  }

  /** Bytes of the longest input. */
  get room() {
    return this.stride * Math.min(this.total, this.#before + this.#units + this.#after);
  }

  /** The first unit of a chunk. @param {number} chunk */
  start(chunk) {
    return this.#first + chunk * this.#units;
  }

  /** How many units a chunk answers for. @param {number} chunk */
  units(chunk) {
    return Math.min(this.#units, this.#core - chunk * this.#units);
  }

  /** @param {number} chunk @returns {Window} */
  window(chunk) {
    const [start, core] = [this.start(chunk), this.units(chunk)];
    const [before, after] = [Math.min(this.#before, start), Math.min(this.#after, this.total - start - core)];
    return [this.stride, this.total, start, before, core, after];
  }

  /** Where its input lies in the whole. @param {number} chunk */
  bytes(chunk) {
    const [stride, , start, before, core, after] = this.window(chunk);
    return { from: (start - before) * stride, end: (start + core + after) * stride };
  }
}
