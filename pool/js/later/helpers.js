import { leaseOf } from '../leases.js';
import { statsOf } from '../stats.js';

/**
 * @import { Submission } from '../core.js'
 * @import { Engine } from '../engine.js'
 * @import { Job } from '../job.js'
 * @import { Lease, ToHelper, ToHolder } from '../../../worker/js/wire.d.ts'
 *
 * @typedef {object} Helper
 * @property {number} job its number
 * @property {MessagePort} port to whichever worker it comes to be
 */

/** Bytes of the payload for which one more helper is of use. */
const SHARE = 2 ** 21;

/** The lane of what may wait, as `seam.d.ts` numbers them. */
const BACKGROUND = 2;

/**
 * The workers that help another with a job whose buffer it holds. Help is a job too, in the lane of what may wait: it
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
    this.#common = { ...common, lane: BACKGROUND };
    this.#job = job;
    this.#holder = holder;
    const { owner } = job;
    job.owner = {
      deliver: (result) => {
        this.#need = 'over';
        owner.deliver(result);
      },
      complete: () => owner.complete(),
      fail: (error) => owner.fail(error),
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
    // A helper that came before the holder could take the worker for which that one waits.
    await engine.until(() => this.#job.inputs.length === 0 || !engine.jobs.has(number));
    const others = statsOf(engine.stats(), engine).workers.length - 1;
    for (let name = 0; name < Math.min(others, bytes / SHARE) && engine.jobs.has(number); name += 1) this.#ask(name);
    await engine.until(() => !engine.jobs.has(number));
    this.#dismiss();
  }

  /** Submits a helper's job, and makes it and the holder known to each other. @param {number} name */
  #ask(name) {
    const [page, peers] = [new MessageChannel(), new MessageChannel()];
    const ended = () => this.#ended(name);
    const [, stride = 1] = this.#common.shape;
    const { url } = /** @type {Lease} */ (this.#job.lease);
    const owner = { deliver: () => {}, complete: ended, fail: ended };
    const job = leaseOf(stride, this.#job.params, { url, port: page.port2 }, owner);
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
    if (this.#need === 'wanted' && !this.#job.failure) {
      // Without an answer the holder is gone, and they may wait for it or compute for nobody.
      this.#engine.abort(helpers.map(({ job }) => job));
    } else {
      // Who ends now closes its end itself: some engines would drop what was said just before.
      this.#helpers.clear();
      for (const { job, port } of helpers) {
        port.postMessage({});
        this.#engine.want('cancel', job);
      }
    }
    this.#holder.close();
  }
}
