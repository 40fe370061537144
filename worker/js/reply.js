import { IN_FRAME, INLINE_BYTES, MAGIC } from './frame.js';

/**
 * @import { Outcome } from './outcome.js'
 * @import { Reply as Message } from './wire.js'
 */

/** Answers that are posted together. */
export class Reply {
  /** @type {number[]} */
  answers = [];
  /** @type {number[]} */
  #outputs = [];
  /** @type {ArrayBuffer[]} */
  #buffers = [];
  /** @type {Uint8Array[]} What comes behind the words, and its length. */
  #parts = [];
  #length = 0;

  /** @param {Uint8Array} bytes */
  #put(bytes) {
    const place = [this.#length, bytes.length];
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return place;
  }

  /**
   * Answers for a task.
   *
   * @param {number[]} id of the task: job (low, high), index
   * @param {number[]} times microseconds: copying in, computing, copying out
   * @param {Outcome} outcome
   */
  answer(id, times, { verdict, text, code, place, outputs }) {
    const put = (/** @type {string} */ text) => (text ? this.#put(new TextEncoder().encode(text)) : [0, 0]);
    this.answers.push(
      ...id, verdict, code, ...times, ...put(text), ...put(place), this.#outputs.length / 4, outputs.length, 0, 0,
    );
    for (const output of outputs) {
      const { length } = output;
      const where = length > INLINE_BYTES
        ? [this.#buffers.push(output.buffer) - 1, output.byteOffset, length]
        : [IN_FRAME, ...this.#put(output)];
      this.#outputs.push(...where, 0);
    }
  }

  /**
   * What is to be posted.
   *
   * @param {boolean} isLast whether the worker takes no more tasks
   * @param {number} memory bytes of linear memory
   * @param {number} began microseconds
   * @param {ArrayBuffer[]} buffers of the request, once nothing is read from them
   * @returns {Message}
   */
  message(isLast, memory, began, buffers) {
    const words = [
      MAGIC, isLast ? 4 : 3, this.answers.length / 16, this.#outputs.length / 4,
      // Lower halves, upper halves.
      memory, memory / 2 ** 32, began, began / 2 ** 32,
    ].concat(this.answers, this.#outputs);
    let at = 4 * words.length;
    const frame = new Uint8Array(at + this.#length);
    new Uint32Array(frame.buffer, 0, words.length).set(words);
    for (const part of this.#parts) {
      frame.set(part, at);
      at += part.length;
    }
    // A buffer that an output took is not free.
    return [frame, [...new Set([...this.#buffers, ...buffers])]];
  }
}
