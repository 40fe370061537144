import { COMPLETED } from './verdict.js';

/**
 * Requests and replies, in the words of `wire.d.ts`.
 *
 * @import { Input } from './instance.js'
 * @import { Outcome } from './verdict.js'
 */

/** Of the frames. */
export const VERSION = 3;

/** The first word: 'u', 'j', and the version. */
const MAGIC = (VERSION << 16) | 0x6a75;
const REQUEST = 2;
const REPLY = 3;
const LAST_REPLY = 4;

const HEADER_WORDS = 8;
const PARAMS_WORDS = 4;
const TASK_WORDS = 16;
const INPUT_WORDS = 4;
const ANSWER_WORDS = 16;
const OUTPUT_WORDS = 4;

/** In place of the last task that reads a buffer: none does. */
const NEVER = -1;

/** In place of the index of a buffer: in the frame's own bytes. */
const IN_FRAME = 0xffffffff;

/** A request names what is not there. */
export class Unreadable extends Error {}

/** A request, of which one task at a time is looked at. */
export class Request {
  #frame;
  #buffers;
  #words;
  #params;
  #inputs;
  #tasksAt;
  #inputsAt;
  #bytesAt;
  /** The first word of the task that is looked at. */
  #at = 0;
  #index = 0;
  /** For each buffer, the last task that reads it. */
  #lastUses;

  /**
   * @param {Uint8Array} frame
   * @param {ArrayBuffer[]} buffers
   */
  constructor(frame, buffers) {
    // Words are at multiples of 4.
    this.#frame = frame.byteOffset % 4 === 0 ? frame : frame.slice();
    this.#words = new Uint32Array(this.#frame.buffer, this.#frame.byteOffset, frame.length >>> 2);
    this.#params = this.#word(2);
    this.tasks = this.#word(3);
    this.#inputs = this.#word(4);
    this.#tasksAt = HEADER_WORDS + PARAMS_WORDS * this.#params;
    this.#inputsAt = this.#tasksAt + TASK_WORDS * this.tasks;
    this.#bytesAt = 4 * (this.#inputsAt + INPUT_WORDS * this.#inputs);
    if (this.#word(0) !== MAGIC || this.#word(1) !== REQUEST || this.#bytesAt > frame.length) {
      throw new Unreadable('this is no request of this version');
    }
    this.#buffers = /** @type {(ArrayBuffer | undefined)[]} */ (buffers.slice());
    this.#lastUses = buffers.map(() => NEVER);
    if (buffers.length > 0) this.#findLastUses();
  }

  #findLastUses() {
    for (let index = 0; index < this.tasks; index += 1) {
      this.look(index);
      const end = Math.min(this.#task(11) + this.inputs, this.#inputs);
      for (let input = this.#task(11); input < end; input += 1) {
        const buffer = this.#word(this.#inputsAt + INPUT_WORDS * input);
        if (buffer in this.#lastUses) this.#lastUses[buffer] = index;
      }
    }
  }

  /** @param {number} index */
  #word(index) {
    return this.#words[index] ?? 0;
  }

  /** @param {number} index */
  #task(index) {
    return this.#word(this.#at + index);
  }

  /**
   * The params that came: where they are kept, if they are, and their bytes.
   *
   * @returns {{ place: number, bytes: Uint8Array | undefined }[]} undefined: they are not there
   */
  params() {
    const params = [];
    for (let at = HEADER_WORDS; at < this.#tasksAt; at += PARAMS_WORDS) {
      params.push({ place: this.#word(at), bytes: this.#part(this.#word(at + 1), this.#word(at + 2)) });
    }
    return params;
  }

  /**
   * Looks at a task.
   *
   * @param {number} index
   */
  look(index) {
    this.#index = index;
    this.#at = this.#tasksAt + TASK_WORDS * index;
  }

  /** The job: its lower and its upper half. */
  get low() {
    return this.#task(0);
  }

  get high() {
    return this.#task(1);
  }

  /** Which task of the job. */
  get index() {
    return this.#task(2);
  }

  get kernel() {
    return this.#task(3);
  }

  /** Index of params in this request; or, with the upper bit, a place where they are kept. */
  get given() {
    return this.#task(4);
  }

  /** How many inputs the task says that it has. */
  get inputs() {
    return this.#task(12);
  }

  /** Copies the window. @param {number[]} window */
  readWindow(window) {
    for (let index = 0; index < 6; index += 1) window[index] = this.#task(5 + index);
  }

  /**
   * @param {number} index
   * @returns {Input}
   */
  input(index) {
    const at = this.#inputAt(index);
    const [offset, length] = [this.#word(at + 1), this.#word(at + 2)];
    const identity = this.#word(at + 3);
    const bytes = this.#word(at) === IN_FRAME
      ? this.#part(offset, length)
      : part(this.#buffers[this.#word(at)], offset, length);
    if (!bytes) throw new Unreadable(`the bytes of input ${index} are missing or too short`);
    return { bytes, identity };
  }

  /** @param {number} index */
  #inputAt(index) {
    const input = this.#task(11) + index;
    if (input >= this.#inputs) throw new Unreadable(`the request has no input ${input}`);
    return this.#inputsAt + INPUT_WORDS * input;
  }

  /**
   * @param {number} offset
   * @param {number} length
   * @returns {Uint8Array | undefined}
   */
  #part(offset, length) {
    const from = this.#bytesAt + offset;
    return from + length > this.#frame.length ? undefined : this.#frame.subarray(from, from + length);
  }

  /**
   * The buffer that input 0 came in, if nothing else will be read from it.
   *
   * @returns {ArrayBuffer | undefined}
   */
  get own() {
    if (this.inputs === 0) return undefined;
    const buffer = this.#word(this.#inputAt(0));
    return this.#lastUses[buffer] === this.#index ? this.#buffers[buffer] : undefined;
  }

  /** Takes {@link Request.own} out of the request. */
  takeOwn() {
    this.#buffers[this.#word(this.#inputAt(0))] = undefined;
  }

  /**
   * Takes the buffers that nothing will be read from.
   *
   * @param {number} done how many tasks are
   * @returns {ArrayBuffer[]}
   */
  takeSpares(done) {
    return this.#buffers.flatMap((buffer, index) => {
      if (!buffer || /** @type {number} */ (this.#lastUses[index]) >= done) return [];
      this.#buffers[index] = undefined;
      return [buffer];
    });
  }
}

/**
 * @param {ArrayBuffer | undefined} buffer
 * @param {number} offset
 * @param {number} length
 */
function part(buffer, offset, length) {
  const missing = !buffer || offset + length > buffer.byteLength;
  return missing ? undefined : new Uint8Array(buffer, offset, length);
}

/** Answers that are not posted yet. */
export class Reply {
  #answers = new Uint32Array(ANSWER_WORDS * 16);
  #outputs = new Uint32Array(OUTPUT_WORDS * 16);
  #bytes = new Uint8Array(1024);
  #count = 0;
  /** Outputs of answers, and with those of the task that is answered next. */
  #outputsAnswered = 0;
  #outputsCount = 0;
  #length = 0;
  /** @type {ArrayBuffer[]} */
  #buffers = [];

  /** How many answers there are. */
  get count() {
    return this.#count;
  }

  /**
   * An output of the task that is answered next, copied.
   *
   * @param {Uint8Array} bytes
   */
  addBytes(bytes) {
    const offset = this.#append(bytes.length);
    this.#bytes.set(bytes, offset);
    this.#addOutput(IN_FRAME, offset, bytes.length);
  }

  /**
   * An output of the task that is answered next.
   *
   * @param {ArrayBuffer} buffer
   * @param {number} offset
   * @param {number} length
   */
  addBuffer(buffer, offset, length) {
    this.#addOutput(this.#buffers.push(buffer) - 1, offset, length);
  }

  /**
   * @param {number} where
   * @param {number} offset
   * @param {number} length
   */
  #addOutput(where, offset, length) {
    const at = OUTPUT_WORDS * this.#outputsCount;
    this.#outputs = withRoom(this.#outputs, at + OUTPUT_WORDS);
    this.#outputs[at] = where;
    this.#outputs[at + 1] = offset;
    this.#outputs[at + 2] = length;
    this.#outputs[at + 3] = 0;
    this.#outputsCount += 1;
  }

  /**
   * Answers for a task.
   *
   * @param {{ low: number, high: number, index: number }} task
   * @param {Uint32Array} times microseconds: copying in, computing, copying out
   * @param {Outcome} outcome outputs count only for `COMPLETED`
   */
  answer(task, times, { verdict, code, text, place }) {
    if (verdict !== COMPLETED) this.#outputsCount = this.#outputsAnswered;
    const at = ANSWER_WORDS * this.#count;
    this.#answers = withRoom(this.#answers, at + ANSWER_WORDS);
    const answers = this.#answers;
    answers[at] = task.low;
    answers[at + 1] = task.high;
    answers[at + 2] = task.index;
    answers[at + 3] = verdict;
    answers[at + 4] = code;
    answers.set(times, at + 5);
    this.#addText(at + 8, text);
    this.#addText(at + 10, place);
    answers[at + 12] = this.#outputsAnswered;
    answers[at + 13] = this.#outputsCount - this.#outputsAnswered;
    answers[at + 14] = answers[at + 15] = 0;
    this.#outputsAnswered = this.#outputsCount;
    this.#count += 1;
  }

  /**
   * @param {number} at of the answer's words for it
   * @param {string} text
   */
  #addText(at, text) {
    this.#answers[at] = this.#length;
    this.#answers[at + 1] = 0;
    if (!text) return;
    const bytes = new TextEncoder().encode(text);
    const offset = this.#append(bytes.length);
    this.#bytes.set(bytes, offset);
    this.#answers[at + 1] = bytes.length;
  }

  /**
   * @param {number} length
   * @returns {number} where so many bytes have room
   */
  #append(length) {
    const offset = this.#length;
    this.#length += length;
    this.#bytes = withRoom(this.#bytes, this.#length);
    return offset;
  }

  /**
   * What is to be posted; the next answers are another reply's.
   *
   * @param {object} about
   * @param {boolean} about.last whether the worker takes no more tasks
   * @param {number} about.memory bytes of linear memory
   * @param {number} about.began microseconds
   * @param {ArrayBuffer[]} about.spares
   * @returns {[Uint8Array<ArrayBuffer>, ArrayBuffer[]]}
   */
  take({ last, memory, began, spares }) {
    const [answers, outputs] = [ANSWER_WORDS * this.#count, OUTPUT_WORDS * this.#outputsCount];
    const bytesAt = 4 * (HEADER_WORDS + answers + outputs);
    const frame = new Uint8Array(bytesAt + this.#length);
    const words = new Uint32Array(frame.buffer, 0, bytesAt / 4);
    words[0] = MAGIC;
    words[1] = last ? LAST_REPLY : REPLY;
    words[2] = this.#count;
    words[3] = this.#outputsCount;
    writeHalves(words, 4, memory);
    writeHalves(words, 6, began);
    words.set(this.#answers.subarray(0, answers), HEADER_WORDS);
    words.set(this.#outputs.subarray(0, outputs), HEADER_WORDS + answers);
    frame.set(this.#bytes.subarray(0, this.#length), bytesAt);
    const buffers = this.#buffers.concat(spares);
    this.#count = this.#outputsCount = this.#outputsAnswered = this.#length = 0;
    this.#buffers = [];
    return [frame, buffers];
  }
}

/**
 * @param {Uint32Array} words
 * @param {number} at
 * @param {number} value a whole number of up to 53 bits, whose lower 32 stand first
 */
function writeHalves(words, at, value) {
  words[at] = value;
  words[at + 1] = value / 2 ** 32;
}

/**
 * @template {Uint8Array | Uint32Array} T
 * @param {T} array
 * @param {number} length
 * @returns {T} the same, or a longer copy
 */
function withRoom(array, length) {
  if (array.length >= length) return array;
  const longer = /** @type {T} */ (new /** @type {any} */ (array.constructor)(2 * length));
  longer.set(array);
  return longer;
}
