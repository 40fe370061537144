/**
 * What the page can do, as functions: the controls call them, and so do tests and the console, through
 * `unjankDemo`.
 */

import { DemoError, describe } from './engine/errors.js';
import { titleOfAll, widestHalo } from './engine/filters.js';
import { Follower } from './engine/follower.js';
import { Painter } from './engine/painter.js';
import { Photos } from './engine/photos.js';
import { PoolHost } from './engine/pool-host.js';
import { Runner } from './engine/runner.js';
import { Topic } from './engine/topic.js';
import { Detail, Overview } from './pixels/section.js';

/** @import { Layer } from './engine/filters.js' */
/** @import { Kernels } from './engine/kernels.js' */
/** @import { Photo } from './engine/photos.js' */
/** @import { Step, Timing, View } from './engine/runner.js' */
/** @import { Section, Size } from './pixels/section.js' */
/** @import { Jank, JankMeter } from './meter/jank.js' */
/** @import { PoolStats } from './unjank/index.js' */

/**
 * @typedef {'pool' | 'page'} Mode
 * @typedef {Pick<Photo, 'name' | 'isSample' | 'width' | 'height'>} Shown the photo that is shown
 *
 * @typedef {object} Request
 * @property {string} filter the kernel's name
 * @property {unknown} [params] default `{}`
 * @property {Layer[]} [before] filters that are done first, in their order
 * @property {Mode} [mode] default `'pool'`
 * @property {number} [workers] default: as in the last run, at first two
 * @property {boolean} [digest] whether to compute the SHA-256 of the result; default false
 * @property {number} [deadlineMs] for the whole run, on the pool
 *
 * @typedef {object} RunResult
 * @property {number} firstTileMs from the start until the first tile was on the page
 * @property {number} totalMs from the start until the last one was painted
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
 * @typedef {{ request: Started, timing: Timing }} Followed a picture was made of a dial that moves
 * @typedef {{ section: Section, request: Started | null }} Scene what is to be shown of the photo, and filtered how
 */

const FIRST_WORKERS = 2;

export class Demo {
  #photos = new Photos();
  #host;
  #painter;
  #runner;
  #jank;
  #fit;
  /** @type {View | null} */
  #view = null;
  #workers = FIRST_WORKERS;
  /** @type {AbortController | null} */
  #running = null;
  /** @type {Promise<unknown>} */
  #lastRun = Promise.resolve();
  /** @type {Follower<Scene>} */
  #follower = new Follower((scene) => this.#make(scene));
  /** What is shown. @type {Started | null} */
  #shown = null;
  /** Of what the paint worker has the full size. @type {Started | null} */
  #whole = null;

  /**
   * @param {{ before: HTMLCanvasElement, after: HTMLCanvasElement }} canvases
   * @param {JankMeter} jank
   * @param {Kernels} kernels
   * @param {(photo: Photo) => Size} fit makes place for a photo: pixels that the screen has for it
   */
  constructor(canvases, jank, { module, alone }, fit) {
    const halo = widestHalo((kernel, params) => alone.halo(kernel, params));
    this.#host = new PoolHost(module, this.#photos, halo);
    this.#painter = new Painter(canvases);
    this.#runner = new Runner(this.#photos, this.#host, this.#painter, alone);
    this.#jank = jank;
    this.#fit = fit;
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
    /** @type {Topic<Followed>} */
    this.followed = new Topic();
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
    await this.#alone(async () => {
      if (this.#view !== null) this.#photos.drop(this.#view.photo);
      this.#view = { photo: loaded, section: new Overview(loaded, this.#fit(loaded)) };
      this.#shown = null;
      this.#follower.forget();
      this.#painter.photo(loaded);
      await this.#runner.show(this.#view, this.#workers, 'both');
    });
    const { name, isSample, width, height } = loaded;
    return { name, isSample, width, height };
  }

  /** The photo has another place on the screen than before: shows as many pixels as that has. */
  async refit() {
    if (this.#view === null) return;
    const { photo, section } = this.#view;
    const room = this.#fit(photo);
    const other = section instanceof Detail ? new Detail(photo, room, section.centre) : new Overview(photo, room);
    if (other.width !== section.width || other.height !== section.height) await this.#look(other);
  }

  /** Whether a part of the photo is shown, or will be, pixel for pixel. */
  get isZoomed() {
    return this.#view !== null && this.#scene.section instanceof Detail;
  }

  /**
   * Shows a part of the photo, pixel for pixel.
   * @param {{ x: number, y: number }} centre from 0 to 1, of its sides
   */
  async zoom({ x, y }) {
    const { photo } = this.#viewOrNone();
    const centre = { x: x * photo.width, y: y * photo.height };
    await this.#look(new Detail(photo, this.#fit(photo), centre));
  }

  /**
   * Shows what lies beside it.
   * @param {number} x pixels to the right
   * @param {number} y pixels down
   */
  async pan(x, y) {
    const { section } = this.#scene;
    if (section instanceof Detail) await this.#look(section.moved(x, y));
  }

  /** Shows all of the photo again. */
  async overview() {
    const { photo } = this.#viewOrNone();
    await this.#look(new Overview(photo, this.#fit(photo)));
  }

  /** What is shown, or will be. @returns {Scene} */
  get #scene() {
    return this.#follower.latest ?? { section: this.#viewOrNone().section, request: this.#shown };
  }

  /** @param {Section} section */
  #look(section) {
    return this.#follower.follow({ ...this.#scene, section });
  }

  /**
   * Has the picture follow a dial: of the requests that come while a picture is made only the newest is heard.
   * @param {Request} request on the pool
   * @returns {Promise<void>} settles when it is shown, or a newer one; rejects with an error that has a `code`
   */
  async follow(request) {
    await this.#follower.follow({ ...this.#scene, request: this.#complete(request) });
  }

  /** @param {Scene} scene */
  async #make({ section, request }) {
    const { photo, section: before } = this.#viewOrNone();
    this.#view = { photo, section };
    if (section !== before) await this.#runner.show(this.#view, this.#workers, request === null ? 'both' : 'before');
    if (request === null) return;
    const { signal } = new AbortController();
    this.#whole = null;
    const timing = await this.#runner.onPool(this.#view, { ...request, signal }, () => undefined);
    this.#shown = request;
    this.followed.tell({ request, timing });
  }

  /**
   * Does something while nothing else is shown: ends a run that is under way, and what follows a dial waits.
   * @param {() => Promise<unknown>} work
   */
  async #alone(work) {
    this.cancel();
    await this.#lastRun.catch(() => undefined);
    await this.#follower.pause();
    try {
      await work();
    } finally {
      this.#follower.resume();
    }
  }

  /**
   * Filters the photo that is shown. One run at a time.
   * @param {Request} request
   * @returns {Promise<RunResult>} rejects with an error that has a `code`
   */
  async run(request) {
    if (this.#running !== null) throw new DemoError('busy', 'a run is under way; cancel it first');
    const { deadlineMs, ...rest } = request;
    const complete = this.#complete(rest);
    const running = new AbortController();
    this.#running = running;
    this.#workers = complete.workers;
    const outcome = this.#follower.pause().then(() => this.#run(complete, deadlineMs, running.signal));
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
      this.#follower.resume();
    }
  }

  /** @param {Omit<Request, 'deadlineMs'>} request @returns {Started} */
  #complete(request) {
    return { params: {}, before: [], mode: 'pool', workers: this.#workers, digest: false, ...request };
  }

  /**
   * @param {Started} request
   * @param {number | undefined} deadlineMs
   * @param {AbortSignal} signal
   * @returns {Promise<RunResult>}
   */
  async #run(request, deadlineMs, signal) {
    const view = await this.#zoomedOut();
    this.started.tell(request);
    const endSpan = this.#jank.begin();
    const job = { ...request, deadlineMs, signal };
    /** @param {Step} step */
    const onStep = (step) => this.stepped.tell(step);
    this.#shown = null;
    this.#whole = null;
    const timing = await (request.mode === 'page'
      ? this.#runner.onPage(view, job, onStep)
      : this.#runner.onPool(view, job, onStep));
    this.#shown = request;
    if (request.mode === 'page') this.#whole = request;
    markRun(request, timing);
    const jank = await endSpan();
    const digest = request.digest ? await this.#digest(view, request) : null;
    return this.#result(timing, view.photo, jank, digest);
  }

  #viewOrNone() {
    if (this.#view === null) throw new DemoError('no_photo', 'choose a photo first');
    return this.#view;
  }

  /** A run is about all of the photo. */
  async #zoomedOut() {
    const { photo, section } = this.#viewOrNone();
    if (section instanceof Overview) return { photo, section };
    const view = { photo, section: new Overview(photo, this.#fit(photo)) };
    this.#view = view;
    await this.#runner.show(view, this.#workers, 'both');
    return view;
  }

  /**
   * @param {View} view
   * @param {Started} request
   */
  async #digest(view, request) {
    await this.#makeWhole(view, request);
    return this.#painter.digest();
  }

  /**
   * Has the paint worker have the result at full size.
   * @param {View} view
   * @param {Started} request
   */
  async #makeWhole({ photo }, request) {
    if (this.#whole === request) return;
    this.#whole = null;
    await this.#runner.whole(photo, request);
    this.#whole = request;
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
    this.#workers = workers;
    await this.#alone(async () => {
      if (this.#view === null) await this.#host.withWorkers(workers);
      else await this.#host.keeping(this.#view.photo, workers);
    });
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

  /** @returns {Promise<Blob>} the filtered picture at full size, which is made for it, as a PNG file */
  async png() {
    if (this.#shown === null) throw new DemoError('no_result', 'no filtered picture is complete yet; run a filter first');
    await this.#makeWhole(this.#viewOrNone(), this.#shown);
    return this.#painter.png();
  }
}

/**
 * Leaves the run in the browser's performance timeline.
 * @param {Started} request
 * @param {Timing} timing
 */
function markRun({ mode, workers, ...request }, { startedAt, totalMs }) {
  const where = mode === 'page' ? 'main thread' : `${workers} workers`;
  performance.measure(`unjank: ${titleOfAll(request)}, ${where}`, { start: startedAt, duration: totalMs });
}
