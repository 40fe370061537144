import {
  CALL_BYTES, CALL_FLAGS, CALL_INPUTS, CALL_INPUTS_AT, CALL_INPUT_BYTES, CALL_KERNEL, CALL_PARAMS,
  CALL_SEED, CALL_WINDOW, ENTRY_BYTES, ENTRY_LEAST, HOST_BYTES, LAST_RESERVED, PANIC_BYTES, PANIC_COLUMN,
  PANIC_FILE, PANIC_LINE, PANIC_OUT_OF_MEMORY, PANIC_TEXT, PLAN_AFTER, PLAN_BEFORE, RESULT_CODE,
  RESULT_LEAST, RESULT_OUTPUTS, RESULT_OUTPUTS_AT, RESULT_OUTPUT_BYTES, RESULT_TEXT,
} from './abi.js';
import { Broken } from './broken.js';
import { readKernels } from './description.js';
import { Memory } from './memory.js';
import { Slots } from './slots.js';
import { Table } from './table.js';

/**
 * @import { Kernel } from './description.js'
 * @import { Host } from './imports.js'
 *
 * @typedef {object} Exports what a kernel module exports
 * @property {WebAssembly.Memory} memory
 * @property {() => number} unjank_v1
 * @property {(slot: number, length: number) => number} unjank_reserve
 * @property {() => number} unjank_run
 * @property {() => number} [unjank_plan]
 * @property {() => void} [_initialize]
 *
 * @typedef {object} Input
 * @property {Uint8Array} bytes
 * @property {number} identity 0: none
 *
 * @typedef {object} Call
 * @property {number} kernel index in the description
 * @property {Uint8Array} params the same object as in another call, if they are the same
 * @property {number[]} window stride, total, start, before, core, after
 * @property {Input[]} inputs
 *
 * @typedef {{ code: number, text: string }} Failure
 * @typedef {{ text: string, place: string }} Panic
 */

/**
 * An instance of a kernel module, as `protocol/ABI.md` has it: {@link Instance.load} a call,
 * {@link Instance.run} it, then look at {@link Instance.outputs} or {@link Instance.failure}. Whoever
 * sees it throw makes another one; after that only {@link Instance.panic} may be asked.
 */
export class Instance {
  #exports;
  #memory;
  #host;
  #slots;
  #records;

  /**
   * @param {WebAssembly.Exports} exports
   * @param {Host} [host] what gave it its imports
   * @param {Instance} [sister] another one of the same module, which has read the description
   */
  constructor(exports, host, sister) {
    this.#exports = expectKernels(exports);
    const { memory, unjank_v1, unjank_reserve, unjank_plan, _initialize } = this.#exports;
    this.#memory = new Memory(memory);
    this.#slots = new Slots(this.#memory, unjank_reserve);
    this.#host = host;
    if (host) host.memory = this.#memory;
    _initialize?.();
    const address = unjank_v1() >>> 0;
    this.#memory.look();
    const table = new Table(this.#memory, address);
    this.description = sister?.description ?? table.describe();
    this.kernels = sister?.kernels ?? readKernels(this.description);
    this.#records = table.records(this.kernels, !!unjank_plan);
    const { at, room } = this.#records.host;
    if (room) this.#memory.words.set([HOST_BYTES, 0, 0, 0], at);
  }

  /** Bytes of linear memory. */
  get size() {
    return this.#exports.memory.buffer.byteLength;
  }

  /**
   * Writes a call.
   *
   * @param {Call} call
   * @returns {boolean} false: there is no room for it
   */
  load(call) {
    const { params, inputs } = call;
    if (!this.#slots.reserve(0, params.length)) return false;
    for (let index = 0; index < inputs.length; index += 1) {
      const { bytes } = /** @type {Input} */ (inputs[index]);
      if (!this.#slots.reserve(index + 1, bytes.length)) return false;
    }
    this.#memory.look();
    this.#slots.fill(0, params, params);
    for (let index = 0; index < inputs.length; index += 1) {
      const { bytes, identity } = /** @type {Input} */ (inputs[index]);
      this.#slots.fill(index + 1, bytes, identity);
    }
    this.#note(call);
    return true;
  }

  /**
   * Writes the call record.
   *
   * @param {Call} call
   */
  #note({ kernel, params, window, inputs }) {
    const { words } = this.#memory;
    const { at } = this.#records.call;
    words[at] = CALL_BYTES + ENTRY_BYTES * inputs.length;
    words[at + CALL_KERNEL] = kernel;
    words[at + CALL_FLAGS] = 0;
    words[at + CALL_PARAMS] = params.length;
    for (let index = 0; index < 6; index += 1) words[at + CALL_WINDOW + index] = window[index] ?? 0;
    // The same call has the same bytes wherever and whenever it runs; another part of the whole has others.
    const seed = window[2] ?? 0;
    words[at + CALL_SEED] = seed;
    words[at + CALL_SEED + 1] = 0;
    words[at + CALL_INPUTS] = inputs.length;
    words[at + CALL_INPUTS_AT] = CALL_BYTES;
    words[at + CALL_INPUT_BYTES] = ENTRY_BYTES;
    words[at + CALL_INPUT_BYTES + 1] = 0;
    let entry = at + CALL_BYTES / 4;
    for (const { bytes, identity } of inputs) {
      words[entry] = bytes.length;
      words[entry + 1] = identity;
      words[entry + 2] = words[entry + 3] = 0;
      entry += ENTRY_BYTES / 4;
    }
    const { panic } = this.#records;
    if (panic.room) words[panic.at] = 0;
    this.#host?.begin(seed, 0);
  }

  /**
   * Computes what was loaded.
   *
   * @returns {number} the status
   */
  run() {
    return this.#status(this.#exports.unjank_run());
  }

  /**
   * Asks what the call that was loaded needs.
   *
   * @returns {number | undefined} the status; undefined: the module cannot say
   */
  plan() {
    const { unjank_plan } = this.#exports;
    return unjank_plan && this.#status(unjank_plan());
  }

  /**
   * After a plan: units of context before and after.
   *
   * @returns {[number, number]}
   */
  get halo() {
    const { at } = this.#records.plan;
    return [this.#memory.word(at + PLAN_BEFORE), this.#memory.word(at + PLAN_AFTER)];
  }

  /** @param {number} returned */
  #status(returned) {
    const status = returned >>> 0;
    if (status > LAST_RESERVED) throw new Broken(`there is no status ${status}`);
    this.#memory.look();
    return status;
  }

  /**
   * What the last run made: views of memory, good until anything is called again.
   *
   * @param {Call} call
   */
  outputs({ kernel, window, inputs }) {
    const { grain, outputs } = /** @type {Kernel} */ (this.kernels[kernel]);
    const entries = this.#entries(outputs.length);
    const views = outputs.map(({ unit, inPlace }, index) => {
      const at = entries.at + index * entries.step;
      const length = this.#memory.word(at + 1);
      const view = this.#memory.view(this.#memory.word(at), length, `output ${index}`);
      const expected = grain ? inputs[0]?.bytes.length : unit ? unit * (window[4] ?? 0) : length;
      if (length !== expected) throw new Broken(`output ${index} has ${length} bytes, not ${expected}`);
      this.#slots.expectApart(view, inPlace);
      return view;
    });
    if (views.length > 1) expectApart(views);
    return views;
  }

  /**
   * Where the entries of the outputs are.
   *
   * @param {number} described how many there must be
   * @returns {{ at: number, step: number }} the first word, and words from one to the next
   */
  #entries(described) {
    const { at, room } = this.#records.result;
    const size = this.#memory.word(at);
    const count = this.#memory.word(at + RESULT_OUTPUTS);
    const first = this.#memory.word(at + RESULT_OUTPUTS_AT);
    const step = this.#memory.word(at + RESULT_OUTPUT_BYTES);
    if (count !== described) throw new Broken(`${count} outputs, where it describes ${described}`);
    if (size > room || first + count * step > size || step < ENTRY_LEAST || (first | step) % 4 !== 0) {
      throw new Broken('the entries of its outputs are not in its result record');
    }
    return { at: at + first / 4, step: step / 4 };
  }

  /**
   * Why the last run has no outputs, in the module's words.
   *
   * @returns {Failure}
   */
  failure() {
    const { at } = this.#records.result;
    if (this.#memory.word(at) < RESULT_LEAST) return { code: 0, text: '' };
    const [address, length] = [this.#memory.word(at + RESULT_TEXT), this.#memory.word(at + RESULT_TEXT + 1)];
    return {
      code: this.#memory.word(at + RESULT_CODE),
      text: this.#memory.text(address, length, 'the text of its error'),
    };
  }

  /**
   * What a module that trapped says of it.
   *
   * @returns {Panic | undefined}
   */
  panic() {
    const { at, room } = this.#records.panic;
    if (!room) return undefined;
    this.#memory.look();
    const word = (/** @type {number} */ index) => this.#memory.word(at + index);
    const [state, text, file] = [word(0), word(PANIC_TEXT), word(PANIC_FILE)];
    if (!state || PANIC_BYTES + text + file > room) return undefined;
    const from = at * 4 + PANIC_BYTES;
    const said = this.#memory.text(from, text, '');
    return {
      text: said || (state === PANIC_OUT_OF_MEMORY ? 'out of memory' : 'a panic without a message'),
      place: file ? `${this.#memory.text(from + text, file, '')}:${word(PANIC_LINE)}:${word(PANIC_COLUMN)}` : '',
    };
  }
}

/**
 * @param {WebAssembly.Exports} exports
 * @returns {Exports}
 */
function expectKernels(exports) {
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new Broken('it exports no memory');
  if (!(memory.buffer instanceof ArrayBuffer)) throw new Broken('its memory is shared');
  if ('_start' in exports) throw new Broken('it is a command, not a library: link it as a reactor');
  for (const name of ['unjank_v1', 'unjank_reserve', 'unjank_run']) {
    if (typeof exports[name] !== 'function') throw new Broken(`it exports no ${name}`);
  }
  return /** @type {any} */ (exports);
}

/**
 * @param {Uint8Array[]} outputs
 */
function expectApart(outputs) {
  const order = outputs.filter(({ length }) => length > 0).sort((a, b) => a.byteOffset - b.byteOffset);
  order.reduce((end, { byteOffset, length }) => {
    if (byteOffset < end) throw new Broken('its outputs overlap');
    return byteOffset + length;
  }, 0);
}
