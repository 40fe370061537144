/** Running a filter over a photo: on the pool, or on the page for comparison. */

import { painted } from '../meter/frames.js';
import { Bands } from '../pixels/bands.js';
import { Allowance } from './allowance.js';
import { BandRun } from './band-run.js';

/** @import { Alone } from './kernels.js' */
/** @import { Painter } from './painter.js' */
/** @import { Photo, Photos } from './photos.js' */
/** @import { PoolHost } from './pool-host.js' */
/** @import { Chunk } from '../unjank/index.js' */

/**
 * @typedef {object} Job
 * @property {string} filter the kernel's name
 * @property {unknown} params
 * @property {number} workers
 * @property {AbortSignal} signal
 * @property {number} [deadlineMs]
 *
 * @typedef {{ done: number, total: number, chunk: Chunk | null }} Step a tile has arrived; no chunk when
 *   the whole picture came at once
 *
 * @typedef {{ firstTileMs: number, totalMs: number, tiles: number, startedAt: number }} Timing
 */

const BYTES_PER_PIXEL = 4;

export class Runner {
  #photos;
  #host;
  #painter;
  #alone;

  /**
   * @param {Photos} photos
   * @param {PoolHost} host
   * @param {Painter} painter
   * @param {Alone} alone the kernels without a pool
   */
  constructor(photos, host, painter, alone) {
    this.#photos = photos;
    this.#host = host;
    this.#painter = painter;
    this.#alone = alone;
  }

  /**
   * Lets the page show that a run begins before it begins.
   * @param {AbortSignal} signal
   */
  async #settle(signal) {
    this.#painter.begin();
    await painted();
    signal.throwIfAborted();
  }

  /**
   * @param {Photo} photo
   * @param {Job} job
   * @param {(step: Step) => void} onStep
   * @returns {Promise<Timing>} times until tiles arrived on the page
   */
  async onPool(photo, { filter, params, workers, signal, deadlineMs }, onStep) {
    const pool = await this.#host.withWorkers(workers);
    await this.#settle(signal);
    const startedAt = performance.now();
    const bands = new Bands(photo, this.#alone.halo(filter, params));
    const allowance = new Allowance(deadlineMs);
    const run = new BandRun(this.#photos, photo, bands, { filter, params, workers, signal, allowance });
    let firstTileMs = 0;
    let tiles = 0;
    try {
      await run.run(pool, (chunk) => {
        tiles += 1;
        if (tiles === 1) firstTileMs = performance.now() - startedAt;
        onStep({ done: tiles, total: bands.count, chunk });
        this.#painter.put(chunk.start, chunk.bytes);
      });
    } finally {
      allowance.end();
    }
    return { firstTileMs, totalMs: performance.now() - startedAt, tiles, startedAt };
  }

  /**
   * Blocks the page's main thread until the filter is done. The page has the pixels for that long; the
   * time to fetch them is not counted, since a page that filters on its main thread would have them.
   * @param {Photo} photo
   * @param {Job} job
   * @param {(step: Step) => void} onStep
   * @returns {Promise<Timing>}
   */
  async onPage(photo, { filter, params, signal }, onStep) {
    const pixels = await this.#photos.lend(photo);
    try {
      await this.#settle(signal);
      const startedAt = performance.now();
      const stride = photo.width * BYTES_PER_PIXEL;
      const bytes = this.#alone.run(filter, params, pixels, stride);
      const totalMs = performance.now() - startedAt;
      onStep({ done: 1, total: 1, chunk: null });
      this.#painter.put(0, bytes);
      return { firstTileMs: totalMs, totalMs, tiles: 1, startedAt };
    } finally {
      this.#photos.takeBack(photo, pixels);
    }
  }
}
