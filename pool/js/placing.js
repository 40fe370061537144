/**
 * @import { Engine } from './engine.js'
 * @import { makeError, UnjankError } from './errors.js'
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 *
 * @typedef {object} Desk what is needed of the page, which has it already
 * @property {Pick<Engine, 'nextTurn' | 'recycle'>} engine
 * @property {typeof makeError} makeError
 * @property {typeof UnjankError} UnjankError
 */

/** Bytes that are put in their place before others have a turn: about a millisecond's worth. */
const PLACED_A_TURN = 2 ** 21;

/** Puts bytes into their place, a turn's worth at a time. */
export class Placing {
  #desk;
  /** Bytes that were placed in this turn. */
  #placed = 0;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  /**
   * @param {Bytes} whole
   * @param {number} at
   * @param {Bytes} bytes
   * @throws {UnjankError} `undeliverable`: what they were to be put into is gone
   */
  async put(whole, at, bytes) {
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + PLACED_A_TURN - this.#placed);
      this.#tried(() => whole.set(part, at + from));
      from += part.length;
      this.#placed += part.length;
      if (this.#placed < PLACED_A_TURN) continue;
      await this.#desk.engine.nextTurn();
      this.#placed = 0;
    }
  }

  /**
   * The place for so many bytes: the beginning of the caller's, which is itself if that is all of it, or a fresh one.
   *
   * @param {number} bytes
   * @param {Bytes} [into]
   * @returns {Bytes}
   * @throws {UnjankError} `undeliverable`: there is no room
   */
  place(bytes, into) {
    if (!into) return this.#tried(() => new Uint8Array(bytes));
    if (into.length < bytes) {
      const text = `the result has ${bytes} bytes, more than the ${into.length} of \`into\``;
      throw new this.#desk.UnjankError('undeliverable', text);
    }
    return into.length > bytes ? into.subarray(0, bytes) : into;
  }

  /**
   * @template T
   * @param {() => T} work
   */
  #tried(work) {
    try {
      return work();
    } catch (error) {
      throw this.#desk.makeError('undeliverable', { text: String(error) });
    }
  }
}
