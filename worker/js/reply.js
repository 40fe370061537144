import { IN_FRAME, INLINE_BYTES, MAGIC } from './frame.js';

/**
 * @import { Outcome } from './outcome.js'
 * @import { Reply as Message } from './wire.js'
 */

/** Answers that are posted together. */
export function replyOf() {
  /** @type {number[]} */
  const answers = [];
  /** @type {number[]} */
  const rows = [];
  /** @type {ArrayBuffer[]} */
  const taken = [];
  /** @type {Uint8Array[]} What comes behind the words, and its length. */
  const parts = [];
  let length = 0;

  /** @param {Uint8Array} bytes */
  const put = (bytes) => {
    const place = [length, bytes.length];
    parts.push(bytes);
    length += bytes.length;
    return place;
  };
  const write = (/** @type {string} */ text) => (text ? put(new TextEncoder().encode(text)) : [0, 0]);

  return {
    isEmpty: () => answers.length === 0,

    /**
     * Answers for a task.
     *
     * @param {number[]} id of the task: job (low, high), index
     * @param {number[]} times microseconds: copying in, computing, copying out
     * @param {Outcome} outcome
     */
    answer(id, times, { verdict, text, code, place, outputs }) {
      answers.push(...id, verdict, code, ...times, ...write(text), ...write(place), rows.length / 4, outputs.length, 0, 0);
      for (const output of outputs) {
        const where = output.length > INLINE_BYTES
          ? [taken.push(output.buffer) - 1, output.byteOffset, output.length]
          : [IN_FRAME, ...put(output)];
        rows.push(...where, 0);
      }
    },

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
        MAGIC, isLast ? 4 : 3, answers.length / 16, rows.length / 4,
        // Lower halves, upper halves.
        memory, memory / 2 ** 32, began, began / 2 ** 32,
      ].concat(answers, rows);
      let at = 4 * words.length;
      const frame = new Uint8Array(at + length);
      new Uint32Array(frame.buffer, 0, words.length).set(words);
      for (const part of parts) {
        frame.set(part, at);
        at += part.length;
      }
      // A buffer that an output took is not free.
      return [frame, [...new Set([...taken, ...buffers])]];
    },
  };
}
