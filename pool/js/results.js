/**
 * @import { UnjankError } from './errors.js'
 * @import { Result } from './job.js'
 *
 * @typedef {IteratorResult<Result, undefined>} Step
 *
 * @typedef {object} Waiter a call that has no answer yet
 * @property {(step: Step) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/** Not every engine has it. @type {symbol} */
export const ASYNC_DISPOSE = /** @type {{ asyncDispose?: symbol }} */ (Symbol).asyncDispose ?? Symbol('asyncDispose');

/** @type {IteratorReturnResult<undefined>} */
export const END = Object.freeze({ done: true, value: undefined });

/** Results by the order in which they are wanted: an `Owner` that keeps them until they are taken. */
export class Results {
  /** Chunks whose result has come. */
  done = 0;
  /** @type {'open' | 'completed' | 'failed' | 'left'} Only ever goes on. */
  #state = 'open';
  #inOrder;
  /** @type {Result[]} Those whose turn it is. */
  #ready = [];
  /** Those that came before their turn. @type {Map<number, Result>} */
  #early = new Map();
  /** Which is next in the order of the source. */
  #next = 0;
  /** @type {Waiter[]} */
  #waiters = [];
  /** What the next call is told, once. @type {UnjankError | undefined} */
  #error;
  /** Bytes that wait, and how many results were taken since the work was told. */
  #held = 0;
  #taken = 0;
  #mark;
  #onTaken;

  /**
   * @param {boolean} inOrder whether results come in the order of the source
   * @param {number} mark bytes that wait, from which on no more work is asked for
   * @param {(results: number) => void} onTaken so many results were taken: as many more may come
   */
  constructor(inOrder, mark, onTaken) {
    this.#inOrder = inOrder;
    this.#mark = mark;
    this.#onTaken = onTaken;
  }

  get isOpen() {
    return this.#state === 'open';
  }

  /** @param {Result} result */
  deliver(result) {
    if (!this.isOpen) return;
    this.done += 1;
    this.#held += result.bytes.length;
    if (this.#inOrder) this.#early.set(result.index, result);
    else this.#ready.push(result);
    for (let next; (next = this.#early.get(this.#next)); this.#next += 1) {
      this.#early.delete(this.#next);
      this.#ready.push(next);
    }
    this.#answer();
  }

  complete() {
    this.#close('completed');
  }

  /** @param {UnjankError} error */
  fail(error) {
    if (this.isOpen) this.#error = error;
    this.#close('failed');
  }

  /** Nobody wants the others. */
  leave() {
    this.#ready = [];
    this.#error = undefined;
    this.#close('left');
  }

  /** @returns {Promise<Step>} */
  take() {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#answer();
    });
  }

  /** @param {'completed' | 'failed' | 'left'} state */
  #close(state) {
    if (this.isOpen) this.#state = state;
    this.#early.clear();
    this.#answer();
  }

  /** @param {Result} result */
  #take({ bytes }) {
    this.#held -= bytes.length;
    this.#taken += 1;
    if (!this.isOpen || this.#held >= this.#mark) return;
    this.#onTaken(this.#taken);
    this.#taken = 0;
  }

  #answer() {
    while (this.#waiters.length > 0 && (this.#ready.length > 0 || !this.isOpen)) {
      const { resolve, reject } = /** @type {Waiter} */ (this.#waiters.shift());
      const value = this.#ready.shift();
      const error = this.#error;
      if (value) {
        resolve({ done: false, value });
        this.#take(value);
      } else {
        this.#error = undefined;
        if (error) reject(error);
        else resolve(END);
      }
    }
  }
}
