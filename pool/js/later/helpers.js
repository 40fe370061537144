import { statsOf } from '../stats.js';

/**
 * @import { Submission } from '../core.js'
 * @import { Engine } from '../engine.js'
 * @import { Job } from '../job.js'
 * @import { Spread, ToHelper, ToHolder } from '../../../worker/js/wire.d.ts'
 *
 * @typedef {object} Helper
 * @property {number} job its number
 * @property {MessagePort} port to whichever worker it comes to be
 */

/** Bytes that a payload has at least that goes to a worker that has nothing else to do. */
const PAYLOAD = 4097;

/** Bytes of the payload for which one more helper is of use. */
const SHARE = 2 ** 21;

/**
 * The workers that help another with a job whose buffer it holds. Help is a job too, behind the one that it is for: it
 * comes when a worker has nothing better to do, and what befalls a worker is seen to as always.
 */
export class Helpers {
  #engine;
  #common;
  #job;
  /** To the worker that gets the buffer. */
  #holder;
  /** Those that have not ended, by name. @type {Map<number, Helper>} */
  #helpers = new Map();
  /** Whether the holder still wants them. @type {'wanted' | 'over'} */
  #need = 'wanted';

  /**
   * @param {Engine} engine
   * @param {Submission} common
   * @param {Job} job
   * @param {MessagePort} holder
   */
  constructor(engine, common, job, holder) {
    this.#engine = engine;
    this.#common = common;
    this.#job = job;
    this.#holder = holder;
    holder.onmessage = () => {
      this.#need = 'over';
    };
  }

  /**
   * Has workers help until the job has settled.
   *
   * @param {number} number the job's
   * @param {number} bytes of its payload
   */
  async help(number, bytes) {
    const engine = this.#engine;
    const others = statsOf(engine.stats(), 0).workers.length - 1;
    for (let name = 0; name < Math.min(others, bytes / SHARE) && engine.has(number); name += 1) this.#ask(name);
    await engine.until(() => !engine.has(number));
    // What the holder said may be behind its result.
    await engine.nextTurn();
    this.#dismiss();
  }

  /** Submits a helper's job, and makes it and the holder known to each other. @param {number} name */
  #ask(name) {
    const [page, peers] = [new MessageChannel(), new MessageChannel()];
    const ended = () => this.#ended(name);
    const [, stride = 1] = this.#common.shape;
    const { url } = /** @type {Spread} */ (this.#job.spread);
    /** @type {Job} */
    const job = {
      payload: new Uint8Array(Math.ceil(PAYLOAD / stride) * stride),
      params: this.#job.params,
      signal: undefined,
      spread: { url, port: page.port2 },
      owner: { deliver: () => {}, complete: ended, fail: ended },
      failure: undefined,
      leave: undefined,
    };
    const { first, jobs } = this.#engine.submit(this.#common, [job]);
    // A full queue has better things to do.
    if (jobs === 0) return;
    this.#helpers.set(name, { job: first, port: page.port1 });
    /** @type {ToHelper} */
    const toHelper = { to: peers.port1 };
    page.port1.postMessage(toHelper, [peers.port1]);
    /** @type {ToHolder} */
    const toHolder = { helper: name, at: peers.port2 };
    this.#holder.postMessage(toHolder, [peers.port2]);
  }

  /** Whatever it was lent is to be computed by another. @param {number} name */
  #ended(name) {
    this.#helpers.get(name)?.port.close();
    this.#helpers.delete(name);
    /** @type {ToHolder} */
    const toHolder = { helper: name };
    this.#holder.postMessage(toHolder);
  }

  #dismiss() {
    const helpers = [...this.#helpers.values()];
    // Without the holder's word it is gone, and they may wait for it or compute for nobody.
    if (this.#need === 'wanted') this.#engine.abort(helpers.map(({ job }) => job));
    for (const { job, port } of helpers) {
      port.postMessage({});
      this.#engine.cancel(job);
    }
    this.#holder.close();
  }
}
