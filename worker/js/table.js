import {
  CALL_BYTES, ENTRY_BYTES, HOST_BYTES, PANIC_BYTES, PLAN_BYTES, RESULT_BYTES, TABLE_BYTES, TABLE_CALL,
  TABLE_DESCRIBE, TABLE_HOST, TABLE_PANIC, TABLE_PLAN, TABLE_RESULT,
} from './abi.js';
import { Broken } from './broken.js';

/**
 * @import { Kernel } from './description.js'
 * @import { Memory } from './memory.js'
 *
 * @typedef {object} Record
 * @property {number} at its first word, by its place in memory
 * @property {number} room bytes; 0: there is no such record
 */

/** Where a module keeps what it shares with its host. */
export class Table {
  #memory;
  #at;

  /**
   * @param {Memory} memory
   * @param {number} address
   */
  constructor(memory, address) {
    this.#memory = memory;
    this.#at = address >>> 2;
    this.#expect(address, TABLE_BYTES, 'the table');
    if (memory.word(this.#at) < TABLE_BYTES) throw new Broken('the table is too short');
  }

  /** The bytes of the description, copied. */
  describe() {
    const [address, length] = this.#entry(TABLE_DESCRIBE);
    return this.#memory.view(address, length, 'the description').slice();
  }

  /**
   * Where the records are, once it is known how long they must be.
   *
   * @param {Kernel[]} kernels
   * @param {boolean} plans whether the module says what calls need
   */
  records(kernels, plans) {
    const most = (/** @type {(kernel: Kernel) => unknown[]} */ ports) =>
      kernels.reduce((most, kernel) => Math.max(most, ports(kernel).length), 0);
    const inputs = most((kernel) => kernel.inputs);
    const outputs = most((kernel) => kernel.outputs);
    return {
      call: this.#record(TABLE_CALL, CALL_BYTES + ENTRY_BYTES * inputs),
      result: this.#record(TABLE_RESULT, RESULT_BYTES + ENTRY_BYTES * outputs),
      plan: this.#record(TABLE_PLAN, plans ? PLAN_BYTES + 4 * outputs : 0),
      panic: this.#optional(TABLE_PANIC, PANIC_BYTES),
      host: this.#optional(TABLE_HOST, HOST_BYTES),
    };
  }

  /**
   * @param {number} index
   * @param {number} least bytes that it must have
   * @returns {Record}
   */
  #optional(index, least) {
    const [address, length] = this.#entry(index);
    return address + length === 0 ? { at: 0, room: 0 } : this.#record(index, least);
  }

  /**
   * @param {number} index
   * @param {number} least bytes that it must have
   * @returns {Record}
   */
  #record(index, least) {
    const [address, length] = this.#entry(index);
    const what = `the record in word ${index} of the table`;
    if (length < least) throw new Broken(`${what} is too short: ${length} bytes`);
    this.#expect(address, length, what);
    return { at: address >>> 2, room: length };
  }

  /**
   * @param {number} index
   * @returns {[number, number]} address and length
   */
  #entry(index) {
    return [this.#memory.word(this.#at + index), this.#memory.word(this.#at + index + 1)];
  }

  /**
   * @param {number} address
   * @param {number} length
   * @param {string} what
   */
  #expect(address, length, what) {
    this.#memory.expect(address, length, what);
    if (address % 4 !== 0) throw new Broken(`${what} is at ${address}, which is no multiple of 4`);
  }
}
