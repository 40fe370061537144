import { Broken } from './broken.js';

/** Characters enough for any message to a person; a module may claim that it has more to say. */
const LONGEST_TEXT = 65536;

/** A module's memory: whoever calls the module looks anew, because it may have grown. */
export class Memory {
  #memory;
  bytes = new Uint8Array();
  words = new Uint32Array();

  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    this.#memory = memory;
    this.look();
  }

  /** Takes views of the memory as it is now. */
  look() {
    const { buffer } = this.#memory;
    if (buffer === this.bytes.buffer) return;
    this.bytes = new Uint8Array(buffer);
    // Whole pages; of 4 GiB, which is more than 32 bits can say.
    this.words = new Uint32Array(buffer, 0, buffer.byteLength / 4);
  }

  /** @param {number} index a word's place, which is known to lie inside */
  word(index) {
    return /** @type {number} */ (this.words[index]);
  }

  /**
   * @param {number} address
   * @param {number} length
   * @param {string} what for the error: what lies there
   */
  expect(address, length, what) {
    // Both have 32 bits, their sum may have more: numbers have 53.
    if (address + length > this.bytes.length) {
      throw new Broken(`${what} lies outside memory: ${length} bytes at ${address}`);
    }
  }

  /**
   * @param {number} address
   * @param {number} length
   * @param {string} what
   */
  view(address, length, what) {
    this.expect(address, length, what);
    return this.bytes.subarray(address, address + length);
  }

  /**
   * @param {number} address
   * @param {number} length
   * @param {string} what
   */
  text(address, length, what) {
    const bytes = this.view(address, length, what);
    return new TextDecoder().decode(bytes.subarray(0, LONGEST_TEXT));
  }
}
