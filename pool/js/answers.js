import { IN_FRAME, MAGIC } from '../../worker/js/frame.js';

/**
 * Replies of workers, read as `wire.d.ts` has them.
 *
 * @import { Reply } from '../../worker/js/wire.d.ts'
 */

/** Words of a header, of an answer, and of an output. */
const HEADER = 8;
const ANSWER = 16;
const OUTPUT = 4;

/** Kinds of replies: of one that goes on, and of one that takes no more tasks. */
const REPLY = 3;
const LAST = 4;

/** A reply that is being booked. */
export class Answers {
  #frame;
  #buffers;
  #words;
  /** Where the outputs and the bytes are, in words. */
  #outputsAt;
  #bytesAt;

  /**
   * @param {Reply} reply
   * @throws {Error} for what is no reply
   */
  constructor([frame, buffers]) {
    const words = frame.byteOffset % 4 ? new Uint32Array() : new Uint32Array(frame.buffer, frame.byteOffset, frame.length >> 2);
    const [magic, kind, answers = 0, outputs = 0] = words;
    this.#frame = frame;
    this.#buffers = buffers;
    /** Buffers that no output was taken from. */
    this.left = new Set(buffers);
    this.#words = words;
    this.#outputsAt = HEADER + ANSWER * answers;
    this.#bytesAt = this.#outputsAt + OUTPUT * outputs;
    if (magic !== MAGIC || (kind !== REPLY && kind !== LAST) || this.#bytesAt > words.length) {
      throw new Error('a worker sent a reply that cannot be read');
    }
  }

  /** Whether the worker takes no more tasks. */
  get retires() {
    return this.#words[1] === LAST;
  }

  /** Bytes of the worker's linear memory. */
  get memory() {
    return this.#at(4) + this.#at(5) * 2 ** 32;
  }

  /** When the first of its tasks began, in microseconds since the epoch. */
  get began() {
    return this.#at(6) + this.#at(7) * 2 ** 32;
  }

  /** How many answers there are. */
  get count() {
    return this.#at(2);
  }

  /** Their words. */
  get answers() {
    return this.#words.subarray(HEADER, this.#outputsAt);
  }

  /** How many outputs an answer has. @param {number} answer */
  outputs(answer) {
    return this.#answer(answer, 13);
  }

  /**
   * An output of an answer, in a buffer of its own if it came in the frame.
   *
   * @param {number} answer
   * @param {number} index
   * @returns {Uint8Array<ArrayBuffer> | undefined} none, where the reply lacks it
   */
  output(answer, index) {
    if (index >= this.outputs(answer)) return undefined;
    const row = this.#outputsAt + OUTPUT * (this.#answer(answer, 12) + index);
    const where = this.#at(row);
    const offset = this.#at(row + 1);
    const length = this.#at(row + 2);
    if (row >= this.#bytesAt) return undefined;
    if (where === IN_FRAME) return this.#bytes(offset, length).slice();
    const buffer = this.#buffers[where];
    if (!buffer || offset + length > buffer.byteLength) return undefined;
    this.left.delete(buffer);
    return new Uint8Array(buffer, offset, length);
  }

  /**
   * What went wrong with an answer, in the numbers and texts of the wire.
   *
   * @param {number} answer
   */
  failure(answer) {
    const text = (/** @type {number} */ word) =>
      new TextDecoder().decode(this.#bytes(this.#answer(answer, word), this.#answer(answer, word + 1)));
    return { verdict: this.#answer(answer, 3), code: this.#answer(answer, 4), text: text(8), place: text(10) };
  }

  /** @param {number} answer @param {number} word */
  #answer(answer, word) {
    return this.#at(HEADER + ANSWER * answer + word);
  }

  /** @param {number} word */
  #at(word) {
    return this.#words[word] ?? 0;
  }

  /** @param {number} offset @param {number} length */
  #bytes(offset, length) {
    const at = 4 * this.#bytesAt + offset;
    return this.#frame.subarray(at, at + length);
  }
}
