/** Bytes of buffers that are kept at most: those of a picture of 24 megapixels. */
const MOST_BYTES = 2 ** 27;

/** How long nobody may have a use for them, in milliseconds. */
const PATIENCE = 1000;

/**
 * Buffers that nobody needs, for as long as somebody may soon need another: fresh memory costs more than a quick kernel
 * does. They are let go when none was wanted for a while, so what was released is given back.
 */
export class Leftovers {
  /** @type {ArrayBuffer[]} The latest last. */
  #buffers = [];
  #bytes = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {ArrayBuffer} buffer */
  put(buffer) {
    this.#buffers.push(buffer);
    this.#bytes += buffer.byteLength;
    while (this.#bytes > MOST_BYTES) this.#drop(0);
    this.#wait();
  }

  /**
   * So many bytes, of which any may be in there, or zeros in a buffer of their own.
   *
   * @param {number} bytes
   * @throws when there is no memory
   */
  take(bytes) {
    const place = this.#buffers.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes);
    if (place < 0) return new Uint8Array(bytes);
    this.#wait();
    return new Uint8Array(/** @type {ArrayBuffer} */ (this.#drop(place)), 0, bytes);
  }

  /** @param {number} place */
  #drop(place) {
    const [buffer] = this.#buffers.splice(place, 1);
    this.#bytes -= buffer?.byteLength ?? 0;
    return buffer;
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#buffers = [];
      this.#bytes = 0;
    }, PATIENCE);
  }
}
