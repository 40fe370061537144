/** Running a filter over a photo: on the pool, or on the page for comparison. */

import { painted } from '../meter/frames.js';
import { layersOf } from './filters.js';

/** @import { Layer } from './filters.js' */
/** @import { Alone } from './kernels.js' */
/** @import { Painter } from './painter.js' */
/** @import { Photo, Photos } from './photos.js' */
/** @import { PoolHost } from './pool-host.js' */
/** @import { Section } from '../pixels/section.js' */
/** @import { Chunk, Pipeline } from '../unjank/index.js' */

/**
 * @typedef {{ photo: Photo, section: Section }} View a photo, and what of it is shown
 *
 * @typedef {object} Job
 * @property {string} filter the kernel's name
 * @property {unknown} params
 * @property {Layer[]} before filters that are done first
 * @property {number} workers
 * @property {AbortSignal} signal
 * @property {number} [deadlineMs]
 *
 * @typedef {{ done: number, total: number, chunk: Chunk | null }} Step a tile has arrived; no chunk when
 *   the whole picture came at once
 *
 * @typedef {{ firstTileMs: number, totalMs: number, tiles: number, startedAt: number }} Timing until tiles
 *   arrived on the page; in all until they were painted
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
   * Shows a photo as it is, once workers keep it.
   * @param {View} view
   * @param {number} workers
   * @param {'before' | 'both'} where both: nothing else is shown
   */
  async show({ photo, section }, workers, where) {
    const data = await this.#host.keeping(photo, workers);
    this.#painter.section(section);
    const { kernel, params, range } = section;
    for await (const { start, bytes } of data.map(kernel, params, { range })) {
      this.#painter.original(section.rowOf(start), bytes, where);
    }
    await this.#painter.settled();
  }

  /**
   * The filter in workers, for all that the section takes; only the section itself comes to the page.
   * @param {View} view
   * @param {Job} job
   * @param {(step: Step) => void} onStep
   * @returns {Promise<Timing>}
   */
  async onPool({ photo, section }, { workers, signal, deadlineMs, ...job }, onStep) {
    const data = await this.#host.keeping(photo, workers);
    signal.throwIfAborted();
    const startedAt = performance.now();
    const { kernel, range } = section;
    const tiles = through(data, layersOf(job)).map(kernel, section.params, { range, signal, deadlineMs });
    let firstTileMs = 0;
    let done = 0;
    try {
      for await (const chunk of tiles) {
        done += 1;
        if (done === 1) firstTileMs = performance.now() - startedAt;
        onStep({ done, total: tiles.total, chunk });
        this.#painter.tile(section.rowOf(chunk.start), chunk.bytes);
      }
    } catch (error) {
      this.#painter.reset();
      throw error;
    }
    await this.#painter.settled();
    return { firstTileMs, totalMs: performance.now() - startedAt, tiles: done, startedAt };
  }

  /**
   * The filter on the page's main thread, which is blocked until all of it is done. The page has the pixels for
   * that long; the time to fetch them is not counted, since a page that filters on its main thread would have
   * them.
   * @param {View} view of the whole photo
   * @param {Job} job
   * @param {(step: Step) => void} onStep
   * @returns {Promise<Timing>}
   */
  async onPage({ photo, section }, { signal, ...job }, onStep) {
    const pixels = await this.#photos.lend(photo);
    try {
      // Lets the page show that a run begins before it begins.
      await painted();
      signal.throwIfAborted();
      const startedAt = performance.now();
      const stride = photo.width * BYTES_PER_PIXEL;
      const filtered = (/** @type {Uint8Array} */ bytes, /** @type {Layer} */ { filter, params }) =>
        this.#alone.run(filter, params, bytes, stride);
      const whole = /** @type {Uint8Array<ArrayBuffer>} */ (layersOf(job).reduce(filtered, pixels));
      this.#painter.tile(0, this.#alone.run(section.kernel, section.params, whole, stride));
      const firstTileMs = performance.now() - startedAt;
      onStep({ done: 1, total: 1, chunk: null });
      await this.#painter.settled();
      const totalMs = performance.now() - startedAt;
      this.#painter.rows(0, whole);
      return { firstTileMs, totalMs, tiles: 1, startedAt };
    } finally {
      this.#photos.takeBack(photo, pixels);
    }
  }

  /**
   * The result at full size, for the paint worker.
   * @param {Photo} photo
   * @param {Layer & Pick<Job, 'before' | 'workers'>} job
   */
  async whole(photo, { filter, params, before, workers }) {
    const data = await this.#host.keeping(photo, workers);
    this.#painter.begin();
    for await (const { start, bytes } of through(data, before).map(filter, params)) this.#painter.rows(start, bytes);
  }
}

/** @param {Pipeline} data @param {Layer[]} layers */
function through(data, layers) {
  return layers.reduce((made, { filter, params }) => made.through(filter, params), data);
}
