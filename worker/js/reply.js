import { IN_FRAME, INLINE_BYTES, MAGIC } from './frame.js';

/**
 * @import { Outcome } from './outcome.js'
 * @import { Reply as Message } from './wire.js'
 */

/** Answers that are posted together; after a message the next ones. */
export function replyOf() {
  /** @type {number[]} */
  const answers = [];
  /** @type {number[]} */
  const rows = [];
  /** @type {ArrayBuffer[]} */
  const taken = [];
  // What comes behind the words: so much of it.
  let bytes = new Uint8Array(256);
  let length = 0;

  /** @param {Uint8Array} part @returns {number} where it stands */
  const put = (part) => {
    const at = length;
    length += part.length;
    if (length > bytes.length) {
      const shorter = bytes;
      bytes = new Uint8Array(2 * length);
      bytes.set(shorter);
    }
    bytes.set(part, at);
    return at;
  };

  /** @param {string} text */
  const write = (text) => {
    const at = length;
    if (text) put(new TextEncoder().encode(text));
    answers.push(at, length - at);
  };

  return {
    /**
     * Answers for a task.
     *
     * @param {number} low of its job
     * @param {number} high
     * @param {number} index which of the job's it is
     * @param {[number, number, number]} times microseconds: copying in, computing, copying out
     * @param {Outcome} outcome
     */
    answer(low, high, index, times, { verdict, text, code, place, outputs }) {
      answers.push(low, high, index, verdict, code, times[0], times[1], times[2]);
      write(text);
      write(place);
      answers.push(rows.length / 4, outputs.length, 0, 0);
      for (const output of outputs) {
        if (output.length > INLINE_BYTES) {
          rows.push(taken.push(/** @type {ArrayBuffer} */ (output.buffer)) - 1, output.byteOffset, output.length, 0);
        } else {
          rows.push(IN_FRAME, put(output), output.length, 0);
        }
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
      ].concat(answers.splice(0), rows.splice(0));
      const frame = new Uint8Array(4 * words.length + length);
      new Uint32Array(frame.buffer, 0, words.length).set(words);
      frame.set(bytes.subarray(0, length), 4 * words.length);
      length = 0;
      // A buffer that an output took is not free.
      return [frame, [...new Set(taken.splice(0).concat(buffers))]];
    },
  };
}
