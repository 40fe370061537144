/** How a photo is cut for the pool: runs of rows, each with as much context as the filter looks at. */

/** About what stays in a core's cache together with its result. */
const BAND_BYTES = 1 << 20;

const BYTES_PER_PIXEL = 4;

/**
 * @typedef {object} Band
 * @property {number} index
 * @property {number} start the first row to compute
 * @property {number} rows how many to compute
 * @property {number} before rows of context above them
 * @property {number} after rows of context below them
 */

/**
 * @param {number} stride bytes of a row
 * @param {number} halo rows
 * @returns {number} rows to compute in one go: up to twice as many where a wide halo would otherwise cost
 *   more than the rest
 */
function rowsOfBand(stride, halo) {
  const bytes = Math.min(Math.max(stride * halo * 2, BAND_BYTES), 2 * BAND_BYTES);
  return Math.max(1, Math.floor(bytes / stride));
}

/** The bands of one photo for one filter, from the top. */
export class Bands {
  #halo;
  #rows;

  /**
   * @param {{ width: number, height: number }} photo
   * @param {number} halo rows that the filter looks at on either side
   */
  constructor({ width, height }, halo) {
    this.stride = width * BYTES_PER_PIXEL;
    this.height = height;
    this.#halo = halo;
    this.#rows = rowsOfBand(this.stride, halo);
  }

  get count() {
    return Math.ceil(this.height / this.#rows);
  }

  /**
   * @param {number} index from 0 to `count`, excluded
   * @returns {Band}
   */
  at(index) {
    const start = index * this.#rows;
    const rows = Math.min(this.#rows, this.height - start);
    const before = Math.min(this.#halo, start);
    const after = Math.min(this.#halo, this.height - start - rows);
    return { index, start, rows, before, after };
  }
}
