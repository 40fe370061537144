import { Broken } from './broken.js';

/**
 * Words of 32 bits, of which those that are read by their place are known to be there.
 *
 * @typedef {number[] & [
 *   number, number, number, number, number, number, number, number,
 *   number, number, number, number, number, number, number, number,
 * ] & {
 *   byteOffset: number,
 *   byteLength: number,
 *   set(values: ArrayLike<number>, at?: number): void,
 *   subarray(from: number): Words,
 * }} Words
 *
 * @typedef {ReturnType<typeof memoryOf>} Memory
 */

/** Characters enough for any message to a person; a module may claim that it has more to say. */
const LONGEST_TEXT = 65536;

/**
 * A module's memory. Views of it are good until the module is called: it may grow.
 *
 * @param {WebAssembly.Exports & { memory: WebAssembly.Memory }} exports
 */
export function memoryOf({ memory }) {
  /**
   * @param {number} address
   * @param {number} length
   * @param {string} what for the error: what lies there
   */
  const view = (address, length, what) => {
    const { buffer } = memory;
    // Both have 32 bits, their sum may have more: numbers have 53.
    if (address + length > buffer.byteLength) throw new Broken(`${what} is outside memory`);
    return new Uint8Array(buffer, address, length);
  };

  /** @type {(address: number, length: number, what: string) => Words} */
  const words = (address, length, what) => {
    const { buffer } = view(address, length, what);
    if (address % 4 !== 0) throw new Broken(`${what} is not aligned`);
    return /** @type {any} */ (new Uint32Array(buffer, address, length >> 2));
  };

  /** @type {(address: number, length: number, what: string) => string} */
  const text = (address, length, what) =>
    new TextDecoder().decode(view(address, length, what).subarray(0, LONGEST_TEXT));

  return { view, words, text, size: () => memory.buffer.byteLength };
}
