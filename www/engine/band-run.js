/** @import { Chunk, Pool } from '../unjank/index.js' */
/** @import { Band, Bands } from '../pixels/bands.js' */
/** @import { Photo, Photos } from './photos.js' */
/** @import { Allowance } from './allowance.js' */

/**
 * Bands under way for each worker: while one is filtered, another waits for that worker and a third is
 * cut. More would only take memory.
 */
const UNDER_WAY = 3;

/**
 * @typedef {object} Work What is done to each band.
 * @property {string} filter the kernel's name
 * @property {unknown} params
 * @property {number} workers
 * @property {AbortSignal} signal
 * @property {Allowance} allowance
 */

/**
 * One run of a filter over a photo on the pool: bands are cut by the decode worker, filtered, and handed
 * on, a few at a time. The page moves them and looks at none.
 */
export class BandRun {
  #photos;
  #photo;
  #bands;
  #work;
  #next = 0;
  /** @type {'open' | 'failed'} */
  #state = 'open';

  /**
   * @param {Photos} photos
   * @param {Photo} photo
   * @param {Bands} bands
   * @param {Work} work
   */
  constructor(photos, photo, bands, work) {
    this.#photos = photos;
    this.#photo = photo;
    this.#bands = bands;
    this.#work = work;
  }

  /**
   * @param {Pool} pool
   * @param {(chunk: Chunk) => void} take called with each result, in the order in which they come
   * @returns {Promise<void>} rejects with the first error, or with the signal's reason; nothing is cut or
   *   taken after that
   */
  async run(pool, take) {
    const { workers } = this.#work;
    const count = Math.min(this.#bands.count, workers * UNDER_WAY);
    const strands = Array.from({ length: count }, () => this.#follow(pool, take));
    try {
      await this.#unlessAborted(Promise.all(strands));
    } catch (error) {
      this.#state = 'failed';
      throw error;
    }
  }

  /**
   * One band after the other.
   * @param {Pool} pool
   * @param {(chunk: Chunk) => void} take
   */
  async #follow(pool, take) {
    while (this.#isOpen && this.#next < this.#bands.count) {
      const band = this.#bands.at(this.#next);
      this.#next += 1;
      const bytes = await this.#photos.cut(this.#photo, band);
      if (!this.#isOpen) return;
      const chunk = await this.#filter(pool, band, bytes);
      if (!this.#isOpen) return;
      chunk.index = band.index;
      take(chunk);
    }
  }

  get #isOpen() {
    return this.#state === 'open' && !this.#work.signal.aborted;
  }

  /**
   * @param {Pool} pool
   * @param {Band} band
   * @param {Uint8Array<ArrayBuffer>} bytes moved to a worker
   */
  #filter(pool, { start, before, after }, bytes) {
    const { filter, params, signal, allowance } = this.#work;
    const { stride, height } = this.#bands;
    return pool.runPiece(filter, params, bytes, {
      stride,
      window: { start, total: height, before, after },
      signal,
      deadlineMs: allowance.leftMs,
    });
  }

  /**
   * Nobody waits for the decode worker once a run is cancelled.
   * @param {Promise<unknown>} work
   */
  async #unlessAborted(work) {
    const { signal } = this.#work;
    const over = new AbortController();
    const aborted = new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { signal: over.signal });
    });
    try {
      signal.throwIfAborted();
      await Promise.race([work, aborted]);
    } finally {
      over.abort();
    }
  }
}
