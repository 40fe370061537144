import { expect } from './broken.js';

/** @typedef {ReturnType<typeof memoryOf>} Memory */

/** Characters enough for any message to a person; a module may claim that it has more to say. */
const LONGEST_TEXT = 65536;

/**
 * A module's memory, by bytes and by words of 32 bits. What is looked at is good until the module is called:
 * it may grow.
 *
 * @param {WebAssembly.Exports & { memory: WebAssembly.Memory }} exports
 */
export function memoryOf({ memory }) {
  let inBytes = new Uint8Array();
  let inWords = new Uint32Array();

  // Memory that grows leaves nothing of what it was.
  const bytes = () => (inBytes.length ? inBytes : (inBytes = new Uint8Array(memory.buffer)));
  const words = () => (inWords.length ? inWords : (inWords = new Uint32Array(memory.buffer)));

  /** One that is known to be there. @param {number} place @returns {number} */
  const word = (place) => /** @type {number} */ (words()[place]);

  /**
   * All of it, in which something lies.
   *
   * @param {number} address
   * @param {number} length
   * @param {(string | number)[]} what for the error: what lies there
   */
  const around = (address, length, ...what) => {
    // Both have 32 bits, their sum may have more: numbers have 53.
    expect(address + length <= bytes().length, ...what, ' is outside memory');
    return inBytes;
  };

  /** What lies there. @type {typeof around} */
  const view = (address, length, ...what) => around(address, length, ...what).subarray(address, address + length);

  /** @type {(address: number, length: number, what?: string) => string} */
  const text = (address, length, what = '') =>
    new TextDecoder().decode(view(address, length, what).subarray(0, LONGEST_TEXT));

  return { bytes, words, word, around, view, text };
}
