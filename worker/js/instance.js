import { Broken, expect } from './broken.js';
import { memoryOf } from './memory.js';
import { BAD_PARAMS, BROKEN, FAILED, OUT_OF_MEMORY, PANICKED, describe, outcome } from './outcome.js';

/**
 * @import { Host } from './imports.js'
 * @import { Words } from './memory.js'
 * @import { Outcome } from './outcome.js'
 *
 * @typedef {WebAssembly.Exports & {
 *   memory: WebAssembly.Memory,
 *   unjank_v1: () => number,
 *   unjank_reserve: (slot: number, length: number) => number,
 *   unjank_run: () => number,
 *   _initialize?: () => void,
 * }} Exports what a kernel module exports
 *
 * @typedef {object} Part what is put into a slot
 * @property {Uint8Array} bytes
 * @property {unknown} identity the same for the same bytes; 0: they come once
 *
 * @typedef {[number, number, number, number, number, number]} Window stride, total, start, before, core, after
 *
 * @typedef {object} Call
 * @property {number} kernel index in the description
 * @property {Uint8Array} params the same object as in another call, if they are the same
 * @property {Window} window
 * @property {(Part & { identity: number })[]} inputs
 *
 * @typedef {object} Slot
 * @property {number} address
 * @property {number} length
 * @property {unknown} holds the identity of what stands in it; 0: nobody knows
 *
 * @typedef {object} Expected what an output has to be
 * @property {number} length in bytes, or `ANY_LENGTH`
 * @property {number} slot that it may lie in; 0: none, that is where the params are
 *
 * @typedef {ReturnType<typeof instanceOf>} Instance
 */

export const ANY_LENGTH = 0xffffffff;

/** Bytes of the table, and of an entry in the call record. */
const TABLE = 56;
const ENTRY = 16;

/** Bytes of the call record before its entries. */
const CALL = 64;

/** Bytes of the panic record before its texts. */
const PANIC = 20;

/** Statuses that say more than that it failed. */
const DONE = 0;
const PARAMS = 1;
const NO_MEMORY = 5;
const UNSUPPORTED = 6;

/**
 * An instance of a kernel module, as `protocol/ABI.md` has it: `load` a call, `run` it, look at its
 * `outputs`. Whoever sees one of these throw asks what was `lost`, and makes another instance.
 *
 * @param {WebAssembly.Exports} exported
 * @param {Host} [host] what gave it its imports
 */
export function instanceOf(exported, host) {
  const exports = /** @type {Exports} */ (exported);
  const { unjank_v1, unjank_reserve, unjank_run, _initialize } = exports;
  expect(exports.memory.buffer instanceof ArrayBuffer, 'its memory is shared');
  expect(unjank_reserve.length === 2, 'unjank_reserve takes no slot and length');
  const memory = memoryOf(exports);
  const { text, view, words } = memory;
  host?.begin(0, exports.memory);
  _initialize?.();
  const address = unjank_v1() >>> 0;

  /** The table, from a word on. */
  const table = (/** @type {number} */ word) => words(address, TABLE, 'the table').subarray(word);

  /**
   * A record, by its word in the table.
   *
   * @param {number} word
   * @param {string} what
   * @param {number} least bytes that it must have
   * @param {boolean} [optional] whether there may be none: then it has no words
   * @returns {() => Words} looks at it
   */
  const record = (word, what, least, optional) => {
    const [at, room] = table(word);
    const look = () => words(at, room, what);
    expect(room >= least || (optional && at + room === 0), `${what} is too short`);
    look();
    return look;
  };

  expect(table(0)[0] >= TABLE, 'the table is too short');
  const [from, length] = table(2);
  const description = view(from, length, 'the description').slice();
  // A pool's jobs have at least one input and one output.
  const call = record(4, 'the call record', CALL + ENTRY);
  const result = record(6, 'the result record', 32 + ENTRY);
  const panic = record(10, 'the panic record', PANIC, true);
  record(12, 'the host record', 16, true)().fill(0).fill(16, 0, 1);

  /** @type {Slot[]} 0 for the params, 1 + i for input i. */
  const slots = [];

  /**
   * Puts parts into slots: what there is no room for is reserved anew, all of it before anything is
   * written, and what a slot holds already is not written again.
   *
   * @param {Part[]} parts
   * @returns {boolean} false: there is no room
   */
  const fill = (parts) => {
    for (const [index, { bytes: { length } }] of parts.entries()) {
      const slot = (slots[index] ??= { address: 0, length: -1, holds: 0 });
      if (slot.length === length) continue;
      slot.length = -1;
      slot.holds = 0;
      slot.address = unjank_reserve(index, length) >>> 0;
      expect(slot.address % 16 === 0, `slot ${index} is not aligned`);
      if (!slot.address) return false;
      slot.length = length;
    }
    for (const [index, { bytes, identity }] of parts.entries()) {
      const slot = /** @type {Slot} */ (slots[index]);
      if (identity && slot.holds === identity) continue;
      view(slot.address, slot.length, `slot ${index}`).set(bytes);
      slot.holds = identity;
    }
    return true;
  };

  return {
    description,
    memory,
    record,

    /**
     * Writes a call.
     *
     * @param {Call} call
     * @returns {boolean} false: there is no room for it
     */
    load({ kernel, params, window, inputs }) {
      if (!fill([{ bytes: params, identity: params }, ...inputs])) return false;
      const [, , start] = window;
      const size = CALL + ENTRY * inputs.length;
      const entries = call();
      expect(size <= entries.byteLength, 'the call record is too short');
      // The seed is the start: the same call has the same random bytes wherever and whenever it runs.
      entries.set([size, kernel, 0, params.length, ...window, start, 0, inputs.length, CALL, ENTRY, 0]);
      inputs.forEach(({ bytes, identity }, index) => entries.set([bytes.length, identity, 0, 0], 16 + 4 * index));
      panic().fill(0, 0, 1);
      host?.begin(start, exports.memory);
      return true;
    },

    /**
     * Computes what was loaded.
     *
     * @returns {Outcome | undefined} undefined: it is done
     */
    run() {
      return this.failure(unjank_run());
    },

    /**
     * What a status says, in the module's words if it has some.
     *
     * @param {number} returned
     * @returns {Outcome | undefined} undefined: it is done
     */
    failure(returned) {
      const status = returned >>> 0;
      expect(status < 256, `there is no status ${status}`);
      if (status === DONE) return undefined;
      const [size, , , , code, at, length] = result();
      const hasWords = size >= 28;
      return outcome(
        status === PARAMS ? BAD_PARAMS : FAILED,
        (hasWords && text(at, length, 'the text of its error')) || (status === NO_MEMORY ? OUT_OF_MEMORY : `status ${status}`),
        (hasWords && code) || (status > UNSUPPORTED ? status : 0),
      );
    },

    /**
     * What the last run made: views of memory, good until anything is called again.
     *
     * @param {Expected[]} expected
     */
    outputs(expected) {
      const entries = result();
      const [size, count, first, step] = entries;
      expect(count === expected.length, `it has ${count} outputs, not ${expected.length}`);
      const isInside = size <= entries.byteLength && first + count * step <= size && step >= 12;
      expect(isInside && (first | step) % 4 === 0, 'the entries of its outputs are misplaced');
      const taken = [...slots];
      return expected.map(({ length: due, slot }, index) => {
        const [address, length] = entries.subarray((first + index * step) / 4);
        const what = `output ${index}`;
        expect(due === ANY_LENGTH || length === due, `${what} has ${length} bytes, not ${due}`);
        const isApart = (/** @type {Slot} */ other, /** @type {number} */ at) => at === slot
          || address >= other.address + other.length || other.address >= address + length;
        expect(taken.every(isApart), `${what} overlaps what is not its own`);
        taken.push({ address, length, holds: 0 });
        return view(address, length, what);
      });
    },

    /**
     * What came of a call that threw: it trapped, or the module broke the interface. After a trap nothing
     * of the instance is called.
     *
     * @param {unknown} thrown
     * @returns {Outcome}
     */
    lost(thrown) {
      if (thrown instanceof Broken) return outcome(BROKEN, thrown.message);
      const told = panic();
      const [state, said, file, line, column] = told;
      if (!state || PANIC + said + file > told.byteLength) return outcome(PANICKED, describe(thrown));
      const from = told.byteOffset + PANIC;
      const message = text(from, said, '') || (state === 2 ? OUT_OF_MEMORY : describe(thrown));
      return outcome(PANICKED, message, 0, file ? `${text(from + said, file, '')}:${line}:${column}` : '');
    },
  };
}
