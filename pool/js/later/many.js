/**
 * @import { Engine } from '../engine.js'
 * @import { Job, Owner, Result } from '../job.js'
 * @import { UnjankError } from '../errors.js'
 * @import { Values } from '../types.d.ts'
 */

/** Jobs that are submitted in one turn: more would hold the page up. */
const JOBS_A_TURN = 2048;

/**
 * Many jobs of one kernel, given and answered together. As many wait as the queue takes; the others follow as it
 * empties.
 */
export class Many {
  #engine;
  /** @type {Values[]} */
  #results;
  #read;
  /** Numbers of the jobs that were accepted, in the order of their payloads. @type {number[]} */
  #jobs = [];
  /** Which is the first in order that failed, and why. */
  #failed = Infinity;
  /** @type {UnjankError | undefined} */
  #error;
  #left;
  /** @type {(() => void) | undefined} Told when none is left. */
  #settled;

  /**
   * @param {Engine} engine
   * @param {number} count
   * @param {(result: Result) => Values} read
   */
  constructor(engine, count, read) {
    this.#engine = engine;
    this.#read = read;
    this.#results = new Array(count);
    this.#left = 0;
  }

  /**
   * @param {(index: number, owner: Owner) => Job} jobOf the job of a payload
   * @param {(jobs: Job[]) => number[]} submit gives the numbers of those that were accepted, from the first
   * @returns {Promise<Values[]>} in the order of the payloads; rejects with the first error in that order
   */
  async run(jobOf, submit) {
    const count = this.#results.length;
    try {
      while (this.#jobs.length < count && !this.#error) {
        const next = this.#jobs.length;
        const jobs = Array.from({ length: Math.min(JOBS_A_TURN, count - next) }, (_, index) => jobOf(next + index, new Place(this, next + index)));
        const accepted = submit(jobs);
        this.#jobs.push(...accepted);
        this.#left += accepted.length;
        if (accepted.length === jobs.length) await this.#engine.nextTurn();
        else await this.#engine.until(() => this.#engine.hasRoom || !!this.#error);
      }
    } catch (error) {
      this.#fail(this.#jobs.length, /** @type {UnjankError} */ (error));
    }
    if (this.#left > 0) await new Promise((resolve) => { this.#settled = () => resolve(undefined); });
    if (this.#error) throw this.#error;
    return this.#results;
  }

  /** @param {number} index @param {Result} result */
  deliver(index, result) {
    try {
      this.#results[index] = this.#read(result);
    } catch (error) {
      this.#fail(index, /** @type {UnjankError} */ (error));
    }
  }

  /** @param {number} index @param {UnjankError} error */
  fail(index, error) {
    this.#fail(index, error);
    this.leave();
  }

  /** What comes behind the first that failed is of no use. @param {number} index @param {UnjankError} error */
  #fail(index, error) {
    if (index >= this.#failed) return;
    this.#jobs.slice(index + 1, this.#failed).forEach((job) => this.#engine.want('cancel', job));
    this.#failed = index;
    this.#error = error;
  }

  /** One of them has settled. */
  leave() {
    this.#left -= 1;
    if (this.#left === 0) this.#settled?.();
  }
}

/** Where one of them stands in their order: an `Owner`. */
class Place {
  #many;
  #index;

  /**
   * @param {Many} many
   * @param {number} index
   */
  constructor(many, index) {
    this.#many = many;
    this.#index = index;
  }

  /** @param {Result} result */
  deliver(result) {
    this.#many.deliver(this.#index, result);
  }

  complete() {
    this.#many.leave();
  }

  /** @param {UnjankError} error */
  fail(error) {
    this.#many.fail(this.#index, error);
  }
}
