import { createPool } from '../unjank/index.js';

/** Whether DevTools is to show what each task goes through. */
const TIMELINE = new URLSearchParams(location.search).has('timeline');

/** @import { Pool } from '../unjank/index.js' */

/** Keeps the page's one pool, and builds another when a different number of workers is wanted. */
export class PoolHost {
  #kernels;
  /** @type {Pool | null} */
  #pool = null;
  #workers = 0;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /** @param {WebAssembly.Module} kernels */
  constructor(kernels) {
    this.#kernels = kernels;
  }

  /**
   * @param {number} workers
   * @returns {Promise<Pool>} a pool of that many; rejects with the pool's own error, and the next call
   *   tries again
   */
  withWorkers(workers) {
    const turn = this.#turn.catch(() => undefined).then(() => this.#rebuild(workers));
    this.#turn = turn;
    return turn;
  }

  /** @param {number} workers */
  async #rebuild(workers) {
    if (this.#pool !== null && this.#workers === workers) return this.#pool;
    const former = this.#pool;
    this.#pool = null;
    await former?.close('abort');
    const kernels = this.#kernels;
    const pool = await createPool({ kernels, workers, minWorkers: workers, timeline: TIMELINE });
    this.#pool = pool;
    this.#workers = workers;
    return pool;
  }

  /** What the pool says of itself; null while there is none. */
  stats() {
    return this.#pool?.stats() ?? null;
  }
}
