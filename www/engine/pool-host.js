import { createPool } from '../unjank/index.js';

/** Whether DevTools is to show what each task goes through. */
const TIMELINE = new URLSearchParams(location.search).has('timeline');

const BYTES_PER_PIXEL = 4;

/** @import { Pool, Resident } from '../unjank/index.js' */
/** @import { Photo, Photos } from './photos.js' */

/** Keeps the page's one pool, with a photo in its workers, and builds another when another number of workers is wanted. */
export class PoolHost {
  #kernels;
  #photos;
  #halo;
  /** @type {Pool | null} */
  #pool = null;
  #workers = 0;
  /** @type {{ photo: Photo, data: Resident } | null} */
  #kept = null;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /**
   * @param {WebAssembly.Module} kernels
   * @param {Photos} photos where workers get a photo from
   * @param {number} halo rows that any filter may look at on either side
   */
  constructor(kernels, photos, halo) {
    this.#kernels = kernels;
    this.#photos = photos;
    this.#halo = halo;
  }

  /**
   * @param {number} workers
   * @returns {Promise<Pool>} a pool of that many; rejects with the pool's own error, and the next call
   *   tries again
   */
  withWorkers(workers) {
    return this.#inTurn(() => this.#rebuild(workers));
  }

  /**
   * @param {Photo} photo
   * @param {number} workers
   * @returns {Promise<Resident>} the photo, of which each of that many workers keeps a part
   */
  keeping(photo, workers) {
    return this.#inTurn(async () => {
      const pool = await this.#rebuild(workers);
      if (this.#kept?.photo !== photo) {
        this.#kept?.data.release();
        this.#kept = null;
        this.#kept = { photo, data: await this.#load(pool, photo) };
      }
      return this.#kept.data;
    });
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(work) {
    const turn = this.#turn.catch(() => undefined).then(work);
    this.#turn = turn;
    return turn;
  }

  /** @param {number} workers */
  async #rebuild(workers) {
    if (this.#pool !== null && this.#workers === workers) return this.#pool;
    const former = this.#pool;
    this.#pool = null;
    this.#kept = null;
    await former?.close('abort');
    const kernels = this.#kernels;
    const pool = await createPool({ kernels, workers, minWorkers: workers, timeline: TIMELINE });
    this.#pool = pool;
    this.#workers = workers;
    return pool;
  }

  /**
   * From the decode worker to the pool's: the page copies nothing.
   * @param {Pool} pool
   * @param {Photo} photo
   */
  #load(pool, photo) {
    const { width, height } = photo;
    const stride = width * BYTES_PER_PIXEL;
    return pool.load((rows) => this.#photos.cut(photo, rows), { stride, units: height, halo: this.#halo });
  }

  /** What the pool says of itself; null while there is none. */
  stats() {
    return this.#pool?.stats() ?? null;
  }
}
