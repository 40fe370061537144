import { Broken, expect } from './broken.js';
import { ANY_LENGTH } from './frame.js';
import { memoryOf } from './memory.js';
import { BAD_PARAMS, BROKEN, FAILED, OUT_OF_MEMORY, PANICKED, describe, outcome } from './outcome.js';

/**
 * @import { Host } from './imports.js'
 * @import { Outcome } from './outcome.js'
 *
 * @typedef {WebAssembly.Exports & {
 *   memory: WebAssembly.Memory,
 *   unjank_v1: () => number,
 *   unjank_reserve: (slot: number, length: number) => number,
 *   unjank_run: () => number,
 *   unjank_plan?: () => number,
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
 * @typedef {[from: number, end: number, holds?: unknown]} Place `holds`: the identity of what stands there; 0:
 *   nobody knows
 *
 * @typedef {object} Expected what an output has to be
 * @property {number} length in bytes, or `ANY_LENGTH`
 * @property {number} slot that it may lie in; 0: none, that is where the params are
 *
 * @typedef {ReturnType<typeof instanceOf>} Instance
 */

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
  const { memory: linear, unjank_v1, unjank_reserve, unjank_run, unjank_plan: plan, _initialize } = exports;
  expect(linear.buffer instanceof ArrayBuffer, 'its memory is shared');
  expect(unjank_reserve.length === 2, 'unjank_reserve takes no length');
  const memory = memoryOf(exports);
  const { around, text, view, word, words } = memory;
  host?.begin(0, linear);
  _initialize?.();

  /**
   * What has words, and lies where it can.
   *
   * @param {number} address
   * @param {number} room in bytes
   * @param {string} what
   * @returns {[place: number, room: number]} the place of its first word
   */
  const record = (address, room, what) => {
    around(address, room, what);
    expect(address % 4 === 0, what, ' is not aligned');
    return [address / 4, room];
  };

  const [table] = record(unjank_v1() >>> 0, TABLE, 'the table');

  /**
   * A record that the table names.
   *
   * @param {number} place of its address, in the table
   * @param {string} name
   * @param {number} least bytes that it must have
   * @param {boolean} [optional] whether there may be none: then it has no room
   */
  const named = (place, name, least, optional) => {
    const what = `the ${name} record`;
    const address = word(table + place);
    const room = word(table + place + 1);
    expect(room >= least || (optional && address + room === 0), what, ' is too short');
    return record(address, room, what);
  };

  expect(word(table) >= TABLE, 'the table is too short');
  const description = view(word(table + 2), word(table + 3), 'the description').slice();
  // A pool's jobs have at least one input and one output.
  const [call, callRoom] = named(4, 'call', CALL + ENTRY);
  const [result, resultRoom] = named(6, 'result', 32 + ENTRY);
  const [panic, panicRoom] = named(10, 'panic', PANIC, true);
  const [told, toldRoom] = named(12, 'host', 16, true);
  if (toldRoom) {
    view(4 * told, toldRoom).fill(0);
    words()[told] = 16;
  }

  /** @type {Place[]} 0 for the params, 1 + i for input i. Without room one ends before it begins. */
  const slots = [];

  /**
   * Reserves a slot, unless it has that room.
   *
   * @param {Part} part
   * @param {number} index
   * @returns {boolean} false: there is no room
   */
  const reserve = ({ bytes: { length } }, index) => {
    const [from = 0, end] = slots[index] ?? [];
    if (end === from + length) return true;
    const at = unjank_reserve(index, length) >>> 0;
    expect(at % 16 === 0, 'slot ', index, ' is not aligned');
    slots[index] = [at, at ? at + length : -1, 0];
    return !!at;
  };

  /**
   * Puts bytes into their slot, unless it holds them already.
   *
   * @param {Part} part
   * @param {number} index
   */
  const put = ({ bytes, identity }, index) => {
    const slot = /** @type {Place} */ (slots[index]);
    if (identity && slot[2] === identity) return;
    around(slot[0], bytes.length, 'slot ', index).set(bytes, slot[0]);
    slot[2] = identity;
  };

  return {
    description,
    memory,
    named,
    plan,

    /**
     * Writes a call: what there is no room for is reserved anew, all of it before anything is written.
     *
     * @param {Call} call
     * @returns {Outcome | undefined} undefined: it can be run
     */
    load({ kernel, params, window, inputs }) {
      const parts = [{ bytes: params, identity: params }, ...inputs];
      if (!parts.every(reserve)) return outcome(FAILED, OUT_OF_MEMORY);
      const count = inputs.length;
      const size = CALL + ENTRY * count;
      expect(size <= callRoom, 'the call record is too short');
      parts.forEach(put);
      const start = window[2];
      // The seed is the start: the same call has the same random bytes wherever and whenever it runs.
      const entries = [size, kernel, 0, params.length, ...window, start, 0, count, CALL, ENTRY, 0];
      for (const { bytes, identity } of inputs) entries.push(bytes.length, identity, 0, 0);
      const all = words();
      entries.forEach((word, place) => {
        all[call + place] = word;
      });
      if (panicRoom) all[panic] = 0;
      host?.begin(start, linear);
      return undefined;
    },

    /**
     * Computes what was loaded.
     *
     * @param {() => number} [work] another one of its exports
     * @returns {Outcome | undefined} undefined: it is done; else what its status says, in the module's words
     *   if it has some
     */
    run(work = unjank_run) {
      const status = work() >>> 0;
      if (status === DONE) return undefined;
      expect(status < 256, 'there is no status ', status);
      const hasWords = word(result) >= 28;
      return outcome(
        status === PARAMS ? BAD_PARAMS : FAILED,
        (hasWords && text(word(result + 5), word(result + 6), 'the text of its error'))
          || (status === NO_MEMORY ? OUT_OF_MEMORY : `status ${status}`),
        [],
        (hasWords && word(result + 4)) || (status > UNSUPPORTED ? status : 0),
      );
    },

    /**
     * What the last run made: views of memory, good until anything is called again.
     *
     * @param {Expected[]} expected
     * @param {number} [all] how long each has to be, in place of what is expected
     */
    outputs(expected, all) {
      const size = word(result);
      const count = word(result + 1);
      const first = word(result + 2);
      const step = word(result + 3);
      expect(count === expected.length, 'it has ', count, ' outputs, not ', expected.length);
      expect(
        size <= resultRoom && first + count * step <= size && step >= 12 && (first | step) % 4 === 0,
        'its outputs are misplaced',
      );
      const taken = slots.slice();
      return expected.map(({ length: due, slot }, index) => {
        const entry = result + (first + index * step) / 4;
        const address = word(entry);
        const length = word(entry + 1);
        due = all ?? due;
        expect(due === ANY_LENGTH || length === due, 'output ', index, ' has ', length, ' bytes, not ', due);
        taken.forEach(([from, end], at) => expect(
          at === slot || address >= end || from >= address + length,
          'output ', index, ' overlaps others',
        ));
        taken.push([address, address + length]);
        return view(address, length, 'output ', index);
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
      const state = word(panic);
      const said = word(panic + 1);
      const file = word(panic + 2);
      const from = 4 * panic + PANIC;
      const isTold = state && PANIC + said + file <= panicRoom;
      return outcome(
        PANICKED,
        (isTold && (text(from, said) || (state === 2 && OUT_OF_MEMORY))) || describe(thrown),
        [],
        0,
        isTold && file ? `${text(from + said, file)}:${word(panic + 3)}:${word(panic + 4)}` : '',
      );
    },
  };
}
