/** A longer inbox is given back with the next words. */
const INBOX_WORDS = 2 ** 14;

/**
 * The memory of `core.wasm`, in words: what is said to it is written there, and what it says is read from there.
 *
 * @import { Core as Seam } from './seam.d.ts'
 */
export class Memory {
  #seam;
  #words = new Uint32Array();
  /** Where the inbox is, and its room, in words. */
  #inbox = 0;
  #room = 0;

  /** @param {Seam} seam */
  constructor(seam) {
    this.#seam = seam;
  }

  /** All of it, until a call into the core. */
  get words() {
    // Memory that has grown left the view empty.
    if (this.#words.length === 0) this.#words = new Uint32Array(this.#seam.memory.buffer);
    return this.#words;
  }

  /** Where the inbox is, in words. */
  get inbox() {
    return this.#inbox;
  }

  /** Bytes of it. */
  get bytes() {
    return this.#seam.memory.buffer.byteLength;
  }

  /** Says this with the next call. @param {ArrayLike<number>} words */
  write(words) {
    if (words.length > this.#room || this.#room > INBOX_WORDS) this.#find(words.length);
    this.words.set(words, this.#inbox);
  }

  /** @param {number} words */
  #find(words) {
    this.#room = Math.max(words, INBOX_WORDS);
    this.#inbox = this.#seam.inbox(this.#room) / 4;
  }
}

/**
 * Reads words from a place on. Views and iterators would cost more than what is read.
 *
 * @param {Uint32Array} words
 * @param {number} from
 */
export function wordsFrom(words, from) {
  return (/** @type {number} */ place) => /** @type {number} */ (words[from + place]);
}
