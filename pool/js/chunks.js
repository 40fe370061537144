import { loaded, makeError, UnjankError } from './errors.js';
import { gatherOptions } from './options.js';
import { ASYNC_DISPOSE, END } from './results.js';
import { chunkOf, expectOne, valuesOf } from './values.js';

/**
 * @import { Engine } from './engine.js'
 * @import { Source } from './later/gathering.js'
 * @import { OutputPort } from '../../worker/js/description.js'
 * @import { Results } from './results.js'
 * @import { Chunk, GatherOptions } from './types.d.ts'
 *
 * @typedef {IteratorResult<Chunk<any>, undefined>} Step with `Values`: which, its caller knows
 */

/** The results of chunked work: `for await (const chunk of chunks)`. */
export class Chunks {
  #engine;
  #job;
  #results;
  #total;
  #source;
  #outputs;
  /** Who takes the results: whoever asks first for one, or all of them for one buffer. */
  #consumer = /** @type {'nobody' | 'iterator' | 'gatherer'} */ ('nobody');

  /**
   * @param {Pick<Engine, 'abort' | 'nextTurn' | 'recycle' | 'want'>} engine
   * @param {number} job
   * @param {number} total
   * @param {Results} results
   * @param {Source} source
   * @param {OutputPort[]} outputs
   */
  constructor(engine, job, total, results, source, outputs) {
    this.#engine = engine;
    this.#job = job;
    this.#total = total;
    this.#results = results;
    this.#source = source;
    this.#outputs = outputs;
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
  async next() {
    if (this.#consumer === 'gatherer') throw makeError('consumed');
    this.#consumer = 'iterator';
    const step = await this.#results.take();
    if (step.done) return END;
    try {
      return { done: false, value: chunkOf(this.#outputs, step.value) };
    } catch (error) {
      return this.throw(error);
    }
  }

  /** Ends the work: what waits is dropped, what runs finishes unheard. @returns {Promise<Step>} */
  async return() {
    if (this.#results.isOpen) this.#engine.want('cancel', this.#job);
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

  /** All results as one, in the order of the source. @param {GatherOptions} [options] @returns {Promise<any>} */
  async gather(options) {
    const { into } = gatherOptions(options);
    return this.#gather(into);
  }

  /** All results in the place of the source, which each must be as long as. @returns {Promise<any>} */
  async gatherInPlace() {
    const { bytes } = this.#source;
    if (!bytes) throw makeError('bad_option', { text: 'a range has no place for its results: use gather()' });
    return this.#gather(bytes);
  }

  /** @param {Source['bytes']} into */
  async #gather(into) {
    if (this.#consumer !== 'nobody') throw makeError('consumed');
    if (into) expectOne(this.#outputs);
    this.#consumer = 'gatherer';
    try {
      const { gathered } = await loaded(import('./later/gathering.js'));
      const parts = await gathered(this.#results, this.#source, this.#total, into, { engine: this.#engine, makeError, UnjankError });
      return valuesOf(this.#outputs, parts);
    } catch (error) {
      return this.throw(error);
    }
  }
}
