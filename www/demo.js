/**
 * What the page can do, as functions: the controls call them, and so do tests and the console, through
 * `unjankDemo`.
 */

import { DemoError, describe } from './engine/errors.js';
import { Painter } from './engine/painter.js';
import { Photos } from './engine/photos.js';
import { PoolHost } from './engine/pool-host.js';
import { Runner } from './engine/runner.js';
import { Topic } from './engine/topic.js';

/** @import { Kernels } from './engine/kernels.js' */
/** @import { Photo } from './engine/photos.js' */
/** @import { Step, Timing } from './engine/runner.js' */
/** @import { Jank, JankMeter } from './meter/jank.js' */
/** @import { PoolStats } from './unjank/index.js' */

/**
 * @typedef {'pool' | 'page'} Mode
 * @typedef {Pick<Photo, 'name' | 'isSample' | 'width' | 'height'>} Shown the photo that is shown
 *
 * @typedef {object} Request
 * @property {string} filter the kernel's name
 * @property {unknown} [params] default `{}`
 * @property {Mode} [mode] default `'pool'`
 * @property {number} [workers] default: as in the last run, at first two
 * @property {boolean} [digest] whether to compute the SHA-256 of the result; default false
 * @property {number} [deadlineMs] for the whole run, on the pool
 *
 * @typedef {object} RunResult
 * @property {number} firstTileMs from the start until the first tile was on the page
 * @property {number} totalMs from the start until the last one was
 * @property {number} tiles
 * @property {number} width
 * @property {number} height
 * @property {string | null} digest SHA-256 of the result's RGBA bytes in hex; null unless asked for
 * @property {number | null} frameGapMs the longest time between two frames; null in a hidden page
 * @property {number | null} longTaskMs the longest task that the engine reported; 0: none above 50 ms;
 *   null: this engine does not report them
 *
 * @typedef {Required<Omit<Request, 'deadlineMs'>>} Started
 * @typedef {{ request: Started, result: RunResult }} Finished
 * @typedef {{ request: Started, error: { code: string, message: string } }} Failed
 */

const FIRST_WORKERS = 2;

export class Demo {
  #photos = new Photos();
  #host;
  #painter;
  #runner;
  #jank;
  /** @type {Photo | null} */
  #photo = null;
  #workers = FIRST_WORKERS;
  /** @type {AbortController | null} */
  #running = null;
  /** @type {Promise<unknown>} */
  #lastRun = Promise.resolve();

  /**
   * @param {{ before: HTMLCanvasElement, after: HTMLCanvasElement }} canvases
   * @param {JankMeter} jank
   * @param {Kernels} kernels
   */
  constructor(canvases, jank, { module, alone }) {
    this.#host = new PoolHost(module);
    this.#painter = new Painter(canvases);
    this.#runner = new Runner(this.#photos, this.#host, this.#painter, alone);
    this.#jank = jank;
    // From where tiles end to where bands begin, past the page.
    const { port1, port2 } = new MessageChannel();
    this.#painter.recycleTo(port1);
    this.#photos.recycleFrom(port2);
    /** @type {Topic<Promise<Shown>>} a photo was asked for */
    this.loading = new Topic();
    /** @type {Topic<Started>} */
    this.started = new Topic();
    /** @type {Topic<Step>} */
    this.stepped = new Topic();
    /** @type {Topic<Finished>} */
    this.finished = new Topic();
    /** @type {Topic<Failed>} */
    this.failed = new Topic();
  }

  /**
   * @param {string} name `astronaut` or `hubble_deep_field`
   * @param {number | null} [megapixels] enlarged to this many; null or absent: as it is
   */
  loadSample(name, megapixels = null) {
    return this.#show(this.#photos.sample(name, megapixels));
  }

  /**
   * @param {Blob} blob an image file
   * @param {number | null} [megapixels]
   */
  loadImage(blob, megapixels = null) {
    return this.#show(this.#photos.own(blob, megapixels));
  }

  /**
   * The photo that is shown, at another size.
   * @param {number | null} megapixels
   */
  resize(megapixels) {
    return this.#show(this.#photos.again(megapixels));
  }

  /**
   * @param {Promise<Photo>} photo
   * @returns {Promise<Shown>}
   */
  #show(photo) {
    const shown = this.#adopt(photo);
    this.loading.tell(shown);
    return shown;
  }

  /**
   * @param {Promise<Photo>} photo
   * @returns {Promise<Shown>}
   */
  async #adopt(photo) {
    const loaded = await photo;
    this.cancel();
    await this.#lastRun.catch(() => undefined);
    if (this.#photo !== null) this.#photos.drop(this.#photo);
    this.#photo = loaded;
    this.#painter.show(loaded);
    const { name, isSample, width, height } = loaded;
    return { name, isSample, width, height };
  }

  /**
   * Filters the photo that is shown. One run at a time.
   * @param {Request} request
   * @returns {Promise<RunResult>} rejects with an error that has a `code`
   */
  async run(request) {
    if (this.#running !== null) throw new DemoError('busy', 'a run is under way; cancel it first');
    const { deadlineMs, ...rest } = request;
    /** @type {Started} */
    const complete = { params: {}, mode: 'pool', workers: this.#workers, digest: false, ...rest };
    const running = new AbortController();
    this.#running = running;
    this.#workers = complete.workers;
    const outcome = this.#run(complete, deadlineMs, running.signal);
    this.#lastRun = outcome;
    try {
      const result = await outcome;
      this.finished.tell({ request: complete, result });
      return result;
    } catch (error) {
      this.failed.tell({ request: complete, error: describe(error) });
      throw error;
    } finally {
      this.#running = null;
    }
  }

  /**
   * @param {Started} request
   * @param {number | undefined} deadlineMs
   * @param {AbortSignal} signal
   * @returns {Promise<RunResult>}
   */
  async #run(request, deadlineMs, signal) {
    const photo = this.#photo;
    if (photo === null) throw new DemoError('no_photo', 'choose a photo first');
    this.started.tell(request);
    const endSpan = this.#jank.begin();
    const job = { ...request, deadlineMs, signal };
    /** @param {Step} step */
    const onStep = (step) => this.stepped.tell(step);
    const timing = await (request.mode === 'page'
      ? this.#runner.onPage(photo, job, onStep)
      : this.#runner.onPool(photo, job, onStep));
    markRun(request, timing);
    const [jank, digest] = await Promise.all([endSpan(), this.#painter.finish({ digest: request.digest })]);
    return this.#result(timing, photo, jank, digest);
  }

  /**
   * @param {Timing} timing
   * @param {Photo} photo
   * @param {Jank} jank
   * @param {string | null} digest
   * @returns {RunResult}
   */
  #result({ firstTileMs, totalMs, tiles }, { width, height }, jank, digest) {
    return { firstTileMs, totalMs, tiles, width, height, digest, ...jank };
  }

  /** Stops the run that is under way; it then rejects with `cancelled`. A blocked page hears nothing. */
  cancel() {
    this.#running?.abort(new DemoError('cancelled', 'the run was cancelled'));
  }

  /**
   * Makes a pool of that many workers ready, so that the next run does not pay for it. Cancels a run
   * that is under way.
   * @param {number} workers
   */
  async prepare(workers) {
    this.cancel();
    await this.#lastRun.catch(() => undefined);
    this.#workers = workers;
    await this.#host.withWorkers(workers);
  }

  /**
   * Runs a small job on the pool and checks its answer; rejects when the pool does not work.
   */
  async prove() {
    const pool = await this.#host.withWorkers(this.#workers);
    const grey = await pool.run('grayscale', {}, Uint8Array.of(90, 90, 90, 255), { stride: 4 });
    if (String(grey) !== '90,90,90,255') throw new DemoError('wrong_answer', `grey became ${grey}`);
  }

  /** @returns {PoolStats | null} what the pool says of itself; null while there is none */
  stats() {
    return this.#host.stats();
  }

  /** @returns {number} the size of the pool's wasm memory on the page; a run must not make it grow */
  wasmMemoryBytes() {
    return this.stats()?.coreBytes ?? 0;
  }

  /** @returns {Promise<Blob>} the filtered picture as a PNG file */
  png() {
    return this.#painter.png();
  }
}

/**
 * Leaves the run in the browser's performance timeline.
 * @param {Started} request
 * @param {Timing} timing
 */
function markRun({ filter, mode, workers }, { startedAt, totalMs }) {
  const where = mode === 'page' ? 'main thread' : `${workers} workers`;
  performance.measure(`unjank: ${filter}, ${where}`, { start: startedAt, duration: totalMs });
}
