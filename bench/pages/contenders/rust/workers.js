// @ts-check
// What the peers in Rust have in common: the same few functions, made of each peer's own means.

/**
 * @import { Band, Contender } from '../../seam.js'
 *
 * @typedef {object} Workers
 * @property {(payload: Uint8Array) => Promise<Uint8Array>} stamp
 * @property {(payloads: Uint8Array[]) => Promise<Uint8Array[]>} burst
 * @property {(pixels: Uint8Array, width: number, sigma: number) => Promise<Uint8Array[]>} blur
 * @property {(pixels: Uint8Array, width: number) => Promise<Uint8Array[]>} sobel
 * @property {() => void} free
 */

/**
 * @param {Workers} workers
 * @returns {Contender}
 */
export function contender(workers) {
  return {
    small: (payload) => workers.stamp(payload),
    burst: (payloads) => workers.burst(payloads),
    bytes: async (buffer) => buffered(await workers.stamp(new Uint8Array(buffer))),
    blur: ({ bands, width, sigma }) => workers.blur(pixels(bands), width, sigma),
    sobel: ({ bands, width }) => workers.sobel(pixels(bands), width),
    close: () => workers.free(),
  };
}

/** @param {Uint8Array} bytes the only ones in their buffer */
const buffered = (bytes) => /** @type {ArrayBuffer} */ (bytes.buffer);

/**
 * Of an image in one band.
 *
 * @param {Band[]} bands
 */
export function pixels([band]) {
  if (!band) throw new Error('an image has at least one band');
  return band.bytes;
}
