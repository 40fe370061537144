import { ALIGNMENT } from './abi.js';
import { Broken } from './broken.js';

/**
 * @import { Memory } from './memory.js'
 *
 * @typedef {object} Slot
 * @property {number} address
 * @property {number} length -1: nothing is reserved
 * @property {unknown} holds the params or the identity that stand in it; 0: nobody knows
 */

/** The bytes that a module has reserved: slot 0 for params, 1 + i for input i. */
export class Slots {
  #memory;
  #reserve;
  /** @type {Slot[]} */
  #slots = [];

  /**
   * @param {Memory} memory
   * @param {(slot: number, length: number) => number} reserve
   */
  constructor(memory, reserve) {
    this.#memory = memory;
    this.#reserve = reserve;
  }

  /**
   * Makes room, unless there is just as much. All is reserved before anything is written.
   *
   * @param {number} index
   * @param {number} length
   * @returns {boolean} false: there is no room
   */
  reserve(index, length) {
    const slot = (this.#slots[index] ??= { address: 0, length: -1, holds: 0 });
    if (slot.length === length) return true;
    slot.length = -1;
    slot.holds = 0;
    slot.address = this.#reserve(index, length) >>> 0;
    if (slot.address === 0) return false;
    if (slot.address % ALIGNMENT !== 0) {
      throw new Broken(`slot ${index} is at ${slot.address}, which is no multiple of ${ALIGNMENT}`);
    }
    slot.length = length;
    return true;
  }

  /**
   * Writes what the slot does not hold already.
   *
   * @param {number} index
   * @param {Uint8Array} bytes
   * @param {unknown} name by which they are known again; 0: they are not
   */
  fill(index, bytes, name) {
    const slot = /** @type {Slot} */ (this.#slots[index]);
    this.#memory.expect(slot.address, bytes.length, `slot ${index}`);
    if (name !== 0 && slot.holds === name) return;
    this.#memory.bytes.set(bytes, slot.address);
    slot.holds = name;
  }

  /**
   * An output lies apart from all that was written, but for the input whose place it may take.
   *
   * @param {Uint8Array} output
   * @param {number} inPlace that input's index; -1: none
   */
  expectApart({ byteOffset: address, length }, inPlace) {
    const within = this.#slots.findIndex((slot, index) => index !== inPlace + 1
      && Math.max(slot.address, address) < Math.min(slot.address + slot.length, address + length));
    if (within >= 0) throw new Broken(`an output lies in slot ${within}, which is not its own`);
  }
}
