/**
 * Who still reads each part of a source that results are to take the place of: a chunk's part is read by those near
 * enough to have some of it in their halo, and by itself.
 */
export class Readers {
  #total;
  #reach;
  /** Of each chunk's part. @type {number[]} */
  #left;

  /**
   * @param {number} total chunks
   * @param {number} reach how many on either side of a chunk need some of its part
   */
  constructor(total, reach) {
    this.#total = total;
    this.#reach = reach;
    this.#left = Array.from({ length: total }, (_, chunk) => this.#near(chunk).length);
  }

  /**
   * A chunk has its result, and reads no more.
   *
   * @param {number} chunk
   * @returns {number[]} those whose part nobody reads any more: they have their results too. Each is said once
   */
  answer(chunk) {
    return this.#near(chunk).filter((near) => {
      const left = /** @type {number} */ (this.#left[near]) - 1;
      this.#left[near] = left;
      return left === 0;
    });
  }

  /** @param {number} chunk */
  #near(chunk) {
    const first = Math.max(0, chunk - this.#reach);
    const end = Math.min(this.#total, chunk + this.#reach + 1);
    return Array.from({ length: end - first }, (_, step) => first + step);
  }
}
