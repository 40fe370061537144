import { makeError } from './errors.js';
import { Gathering } from './gathering.js';
import { ASYNC_DISPOSE, END } from './results.js';

/**
 * @import { Engine } from './engine.js'
 * @import { Source } from './gathering.js'
 * @import { Results, Step } from './results.js'
 */

/** The results of chunked work: `for await (const chunk of chunks)`. */
export class Chunks {
  #engine;
  #job;
  #results;
  #total;
  #source;
  /** Who takes the results: whoever asks first for one, or all of them for one buffer. */
  #consumer = /** @type {'nobody' | 'iterator' | 'gatherer'} */ ('nobody');

  /**
   * @param {Engine} engine
   * @param {number} job
   * @param {number} total
   * @param {Results} results
   * @param {Source} source
   */
  constructor(engine, job, total, results, source) {
    this.#engine = engine;
    this.#job = job;
    this.#total = total;
    this.#results = results;
    this.#source = source;
  }

  /** Chunks whose result has come. */
  get done() {
    return this.#results.done;
  }

  /** All chunks. */
  get total() {
    return this.#total;
  }

  /** @returns {Promise<Step>} */
  next() {
    if (this.#consumer === 'gatherer') return Promise.reject(makeError('consumed'));
    this.#consumer = 'iterator';
    return this.#results.take();
  }

  /** Ends the work: what waits is dropped, what runs finishes unheard. @returns {Promise<Step>} */
  async return() {
    if (this.#results.isOpen) this.#engine.cancel(this.#job);
    this.#results.leave();
    return END;
  }

  /** The same, for an error of the consumer's. @param {unknown} error @returns {Promise<never>} */
  async throw(error) {
    await this.return();
    throw error;
  }

  async [ASYNC_DISPOSE]() {
    await this.return();
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** Stops the work wherever it is; `next` rejects with the code `cancelled`. */
  abort() {
    if (this.#results.isOpen) this.#engine.abort([this.#job]);
  }

  /** All results in one buffer, in the order of the source. */
  gather() {
    return this.#gather();
  }

  /** All results in the place of the source, which each must be as long as. */
  gatherInPlace() {
    return this.#gather(this.#source.bytes);
  }

  /** @param {Source['bytes']} [place] */
  async #gather(place) {
    if (this.#consumer !== 'nobody') throw makeError('consumed');
    this.#consumer = 'gatherer';
    const gathering = new Gathering(this.#source, this.#total, place, this.#engine);
    try {
      for (let step; !(step = await this.#results.take()).done;) await gathering.take(step.value);
    } catch (error) {
      await this.return();
      throw error;
    }
    // It was left before a result had come.
    if (this.#results.done < this.#total) throw makeError('cancelled');
    return gathering.whole;
  }
}
