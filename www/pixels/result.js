/** The filtered picture at full size, filled in any order. */
export class Result {
  #covered;

  /** @param {{ width: number, height: number }} size */
  constructor({ width, height }) {
    this.width = width;
    this.height = height;
    this.bytes = new Uint8ClampedArray(width * height * 4);
    this.#covered = new Uint8Array(height);
  }

  /** Starts over in the same memory. */
  clear() {
    this.#covered.fill(0);
  }

  /** True when no row is missing. */
  get isComplete() {
    return this.#covered.every((row) => row === 1);
  }

  /**
   * Takes rows in.
   * @param {number} start its first row
   * @param {Uint8Array} bytes whole rows
   */
  put(start, bytes) {
    const stride = this.width * 4;
    this.bytes.set(bytes, start * stride);
    this.#covered.fill(1, start, start + bytes.byteLength / stride);
  }
}
