import { IN_FRAME, INLINE_BYTES, MAGIC } from './frame.js';

/**
 * @import { Words } from './memory.js'
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
   * @param {Words} task of the request
   * @param {number[]} times microseconds: copying in, computing, copying out
   * @param {Outcome} outcome
   */
  answer([low, high, index], times, { verdict, text, code, place, outputs }) {
    const texts = [text, place].flatMap((text) => this.#put(new TextEncoder().encode(text)));
    this.answers.push(low, high, index, verdict, code, ...times, ...texts, this.#outputs.length / 4, outputs.length, 0, 0);
    for (const { buffer, byteOffset, length } of outputs) {
      const where = length > INLINE_BYTES
        ? [this.#buffers.push(buffer) - 1, byteOffset, length]
        : [IN_FRAME, ...this.#put(new Uint8Array(buffer, byteOffset, length))];
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
    const words = Uint32Array.of(
      MAGIC, isLast ? 4 : 3, this.answers.length / 16, this.#outputs.length / 4,
      // Lower halves, upper halves.
      memory, memory / 2 ** 32, began, began / 2 ** 32,
      ...this.answers, ...this.#outputs,
    );
    const frame = new Uint8Array(words.byteLength + this.#length);
    let at = 0;
    for (const part of [new Uint8Array(words.buffer), ...this.#parts]) {
      frame.set(part, at);
      at += part.length;
    }
    // A buffer that an output took is not free.
    return [frame, [...new Set([...this.#buffers, ...buffers])]];
  }
}
