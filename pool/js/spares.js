/** Buffers kept at most, and bytes of them. */
const MOST = 16;
const MOST_BYTES = 32 * 2 ** 20;

/** Smaller ones are never copied into: what is so small rides in frames. */
const LEAST = 4096;

/**
 * Buffers that nobody needs, kept to copy into: a fresh one costs more in page faults than the copy itself.
 */
export class Spares {
  /** @type {ArrayBuffer[]} */
  #buffers = [];
  #bytes = 0;

  /** @param {ArrayBuffer} buffer */
  put(buffer) {
    const bytes = buffer.byteLength;
    if (bytes <= LEAST || this.#buffers.length >= MOST || this.#bytes + bytes > MOST_BYTES) return;
    this.#bytes += bytes;
    this.#buffers.push(buffer);
  }

  /**
   * A buffer to copy into, which holds anything: a longer one would have to be sent whole, with bytes of
   * somebody else behind the end.
   *
   * @param {number} bytes
   * @throws {RangeError} when there is no memory
   */
  take(bytes) {
    const index = this.#buffers.findIndex((buffer) => buffer.byteLength === bytes);
    if (index < 0) return new ArrayBuffer(bytes);
    this.#bytes -= bytes;
    return /** @type {ArrayBuffer} */ (this.#buffers.splice(index, 1)[0]);
  }
}
