import { makeError, said } from './errors.js';

/**
 * @import { Engine } from './engine.js'
 * @import { Result } from './job.js'
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 *
 * @typedef {object} Source what was cut
 * @property {Bytes} bytes
 * @property {number} stride bytes of a unit
 * @property {number} halo units of context on either side of a chunk
 */

/** Bytes that are put in their place before others have a turn: about a millisecond's worth. */
const PLACED_A_TURN = 2 ** 21;

/**
 * Puts results together, in a buffer of their own or in the place of the source. There a result waits until no
 * unanswered chunk needs what stands in its place: until then a worker may die, and that part be copied once more.
 */
export class Gathering {
  #engine;
  #source;
  #total;
  /** @type {Bytes} */
  #whole;
  /** Bytes of result for a unit of the source. */
  #stride;
  /** Chunks on either side of one that need a part of it. */
  #reach = 0;
  /** Of each chunk: how many that are not answered need its part, itself among them. @type {number[]} */
  #readers = [];
  /** Results that wait, by chunk. @type {Map<number, Result>} */
  #waiting = new Map();
  /** Bytes that were placed in this turn. */
  #placed = 0;

  /**
   * @param {Source} source
   * @param {number} total chunks
   * @param {Bytes | undefined} place that of the source, if results are to take it
   * @param {Engine} engine
   */
  constructor(source, total, place, engine) {
    this.#engine = engine;
    this.#source = source;
    this.#total = total;
    this.#whole = place ?? new Uint8Array();
    this.#stride = place ? source.stride : 0;
  }

  /** All results, once all were taken. */
  get whole() {
    return this.#whole;
  }

  /**
   * Puts a result where it belongs, or aside; and those that only waited for its chunk.
   *
   * @param {Result} result
   */
  async take(result) {
    if (this.#readers.length === 0) this.#begin(result);
    if (result.bytes.length !== this.#stride * result.units) throw makeError('uneven');
    this.#waiting.set(result.index, result);
    for (const index of this.#near(result.index)) {
      const readers = /** @type {number} */ (this.#readers[index]) - 1;
      this.#readers[index] = readers;
      const waiting = this.#waiting.get(index);
      if (readers > 0 || !waiting) continue;
      this.#waiting.delete(index);
      await this.#place(waiting);
    }
  }

  /** Judges all by the first that came. @param {Result} first */
  #begin({ index, start, units, bytes }) {
    const { halo, bytes: { length }, stride } = this.#source;
    if (this.#stride) {
      // All chunks but the last are as long.
      this.#reach = Math.ceil(halo / ((index ? start / index : units) || 1));
    } else {
      this.#stride = Math.floor(bytes.length / (units || 1));
      this.#whole = this.#room(this.#stride * length / stride);
    }
    this.#readers = Array.from({ length: this.#total }, (_, chunk) => this.#near(chunk).length);
  }

  /** @param {number} bytes */
  #room(bytes) {
    try {
      return new Uint8Array(bytes);
    } catch (error) {
      throw makeError('undeliverable', { text: said(error) });
    }
  }

  /** The chunks at most so far from one, and itself. @param {number} index */
  #near(index) {
    const first = Math.max(0, index - this.#reach);
    const end = Math.min(this.#total, index + this.#reach + 1);
    return Array.from({ length: end - first }, (_, step) => first + step);
  }

  /** @param {Result} result */
  async #place({ start, bytes }) {
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + PLACED_A_TURN - this.#placed);
      try {
        this.#whole.set(part, start * this.#stride + from);
      } catch (error) {
        throw makeError('undeliverable', { text: said(error) });
      }
      from += part.length;
      this.#placed += part.length;
      if (this.#placed < PLACED_A_TURN) continue;
      await this.#engine.nextTurn();
      this.#placed = 0;
    }
    this.#engine.recycle(bytes.buffer);
  }
}
