import { taskOf } from './copies.js';
import { jobOf } from './core.js';
import { wordsFrom } from './memory.js';

/**
 * Messages to workers, made of the words of the core and the bytes that they name.
 *
 * @import { Copies } from './copies.js'
 * @import { Job } from './job.js'
 * @import { Request } from '../../worker/js/wire.d.ts'
 *
 * @typedef {object} Post
 * @property {Request} request
 * @property {number[]} missing jobs whose bytes are gone, and blank
 * @property {Job[]} moved jobs of which an input goes with it
 * @property {number} end behind the effect
 */

/** What is of the parameters, and not of an input; and a buffer that is a copy. */
const NO_INPUT = 0;

/**
 * Makes the message of an effect, as `seam.d.ts` has it.
 *
 * @param {Uint32Array} words effects
 * @param {number} at behind slot and generation
 * @param {Map<number, Job>} jobs
 * @param {Copies} copies
 * @returns {Post}
 */
export function postOf(words, at, jobs, copies) {
  const word = wordsFrom(words, at);
  const [length, bytes, parts, buffers] = [word(0), word(1), word(2), word(3)];
  const head = new Uint32Array(length + Math.ceil(bytes / 4));
  head.set(words.subarray(at + 4, at + 4 + length));
  const frame = new Uint8Array(head.buffer, 0, 4 * length + bytes);
  /** @type {number[]} */
  const missing = [];
  let place = 4 + length;

  let behind = 4 * length;
  for (let part = 0; part < parts; part += 1, place += 5) {
    const id = jobOf(word(place), word(place + 1));
    const job = jobs.get(id);
    const input = word(place + 2);
    const whole = input === NO_INPUT ? job?.params : job?.inputs[input - 1];
    const [from, size] = [word(place + 3), word(place + 4)];
    // What is detached has no bytes, and no parts.
    if (whole && from + size <= whole.length) frame.set(partOf(whole, from, size), behind);
    else missing.push(id);
    behind += size;
  }

  /** @type {ArrayBuffer[]} */
  const transfer = [];
  const moved = [];
  /** @type {Request} */
  const request = [frame, transfer];
  for (let buffer = 0; buffer < buffers; buffer += 1, place += 4) {
    const id = jobOf(word(place), word(place + 1));
    const job = jobs.get(id);
    const input = word(place + 3);
    const isCopy = input === NO_INPUT;
    const found = isCopy ? copies.take(taskOf(id, word(place + 2))) : job?.inputs[input - 1]?.buffer;
    if (found && job && !isCopy) {
      moved.push(job);
      // It is alone in its message.
      if (job.lease) request.push(job.lease);
    }
    if (!found) missing.push(id);
    transfer.push(found ?? new ArrayBuffer(0));
  }
  return { request, missing, moved, end: at + place };
}

/**
 * @param {Uint8Array} whole
 * @param {number} from
 * @param {number} size
 */
function partOf(whole, from, size) {
  // A view costs more than the copy of a few bytes.
  return size === whole.length ? whole : whole.subarray(from, from + size);
}

/**
 * The tasks of a request, as `wire.d.ts` has them.
 *
 * @param {Request} request
 */
export function tasksOf([frame]) {
  const words = new Uint32Array(frame.buffer);
  const [, , params = 0, count = 0] = words;
  return Array.from({ length: count }, (_, task) => {
    const row = 8 + 4 * params + 16 * task;
    const [low, high, index = 0, kernel = 0] = words.subarray(row, row + 4);
    return { job: jobOf(low, high), index, kernel };
  });
}
