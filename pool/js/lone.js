/**
 * @import { UnjankError } from './errors.js'
 * @import { Result } from './job.js'
 */

/**
 * A job of one task, and who waits for it: an `Owner`.
 *
 * @template T
 */
export class Lone {
  #resolve;
  #reject;
  #read;
  /** @type {Result | undefined} */
  #result;

  /**
   * @param {(value: T | Promise<T>) => void} resolve
   * @param {(error: UnjankError) => void} reject
   * @param {(result: Result) => T | Promise<T>} read
   */
  constructor(resolve, reject, read) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#read = read;
  }

  /** @param {Result} result */
  deliver(result) {
    this.#result = result;
  }

  complete() {
    try {
      this.#resolve(this.#read(/** @type {Result} */ (this.#result)));
    } catch (error) {
      this.#reject(/** @type {UnjankError} */ (error));
    }
  }

  /** @param {UnjankError} error */
  fail(error) {
    this.#reject(error);
  }
}
