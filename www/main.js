/**
 * Puts the page together. Tests and the console find the same functions that the controls call:
 *
 * `unjankDemo.ready` settles when the first photo is shown and the pool stands; then
 * `loadSample(name, megapixels)`, `loadImage(blob, megapixels)`,
 * `run({ filter, params, mode, workers, digest })`, `follow({ filter, params })`, `zoom({ x, y })`, `pan(x, y)`,
 * `overview()`, `png()`, `cancel()`, `stats()`, `wasmMemoryBytes()`.
 */

import { Demo } from './demo.js';
import { describe } from './engine/errors.js';
import { loadKernels } from './engine/kernels.js';
import { Frames, painted } from './meter/frames.js';
import { JankMeter } from './meter/jank.js';
import { offerBreakage } from './view/breakage.js';
import { Compare } from './view/compare.js';
import { Controls } from './view/controls.js';
import { saveAs } from './view/download.js';
import { megapixels as inMegapixels } from './view/format.js';
import { listenForPhotos, markShown } from './view/intake.js';
import { element } from './view/page.js';
import { showPulse } from './view/pulse.js';
import { RunView } from './view/run-view.js';
import { Status } from './view/status.js';
import { Zoom } from './view/zoom.js';

/** @import { Mode } from './demo.js' */

const FIRST_PHOTO = { name: 'astronaut', megapixels: 24 };

const status = new Status();
const compare = new Compare();
const frames = new Frames();
const jank = new JankMeter(frames);

/** @returns {Promise<Demo>} */
async function makeDemo() {
  const canvases = {
    before: element('before', HTMLCanvasElement),
    after: element('after', HTMLCanvasElement),
  };
  return new Demo(canvases, jank, await loadKernels(), (photo) => compare.fit(photo));
}

/** @param {Demo} demo */
function wire(demo) {
  /** @param {Promise<unknown>} work whose failure the page shows, unless a view did */
  const tried = (work) => work.catch((error) => status.fail(describe(error)));
  /** @param {Promise<unknown>} run its failure is shown by the run's view */
  const shown = (run) => run.catch(() => undefined);
  const controls = new Controls({
    run: () => shown(demo.run(controls.wanted)),
    both: () => shown(runBothWays(demo, controls)),
    cancel: () => demo.cancel(),
    workers: () => tried(demo.prepare(controls.wanted.workers)),
    follow: () => tried(demo.follow(controls.wanted)),
  });
  new RunView(demo, frames, jank, controls, status);
  showLoading(demo, controls);
  compare.onResize(() => void tried(demo.refit()));
  listenForPhotos({
    sample: (name, size) => void shown(demo.loadSample(name, size)),
    file: (file, size) => void shown(demo.loadImage(file, size)),
    size: (size) => void shown(demo.resize(size)),
  });
  element('download', HTMLButtonElement).addEventListener('click', () => tried(saveAs(demo, status)));
  new Zoom(demo, tried);
  offerBreakage(demo);
  return controls;
}

/**
 * The same filter on the workers, then on the main thread.
 * @param {Demo} demo
 * @param {Controls} controls
 */
async function runBothWays(demo, controls) {
  for (const mode of /** @type {Mode[]} */ (['pool', 'page'])) {
    await demo.run({ ...controls.wanted, mode });
    await painted();
  }
}

/**
 * @param {Demo} demo
 * @param {Controls} controls
 */
function showLoading(demo, controls) {
  demo.loading.listen(async (photo) => {
    controls.allow('loading');
    status.say('Preparing the photo.');
    try {
      const shown = await photo;
      markShown(shown);
      status.say(`Ready: ${shown.width} × ${shown.height} pixels, ${inMegapixels(shown)}.`);
      controls.allow('ready');
    } catch (error) {
      const fault = describe(error);
      if (fault.code === 'superseded') return;
      status.fail(fault);
      controls.allow('ready');
    }
  });
}

/**
 * The functions for tests and the console. They are there at once and wait for the demo themselves; the
 * two figures are `null` until it stands.
 * @param {Promise<Demo>} making
 * @param {Promise<void>} ready
 */
function surfaceOf(making, ready) {
  /** @type {Demo | null} */
  let made = null;
  making.then((demo) => { made = demo; }, () => undefined);
  return {
    ready,
    /** @type {Demo['loadSample']} */
    loadSample: async (...photo) => (await making).loadSample(...photo),
    /** @type {Demo['loadImage']} */
    loadImage: async (...photo) => (await making).loadImage(...photo),
    /** @type {Demo['run']} */
    run: async (request) => (await making).run(request),
    /** @type {Demo['follow']} */
    follow: async (request) => (await making).follow(request),
    /** @type {Demo['zoom']} */
    zoom: async (centre) => (await making).zoom(centre),
    /** @type {Demo['pan']} */
    pan: async (x, y) => (await making).pan(x, y),
    overview: async () => (await making).overview(),
    png: async () => (await making).png(),
    cancel: () => made?.cancel(),
    stats: () => made?.stats() ?? null,
    wasmMemoryBytes: () => made?.wasmMemoryBytes() ?? null,
  };
}

/** @param {Demo} demo */
async function prepare(demo) {
  const controls = wire(demo);
  await Promise.all([
    demo.prepare(controls.wanted.workers),
    demo.loadSample(FIRST_PHOTO.name, FIRST_PHOTO.megapixels),
  ]);
}

showPulse(frames, jank);
frames.start();
const making = makeDemo();
const ready = making.then(prepare);
ready.catch((error) => status.fail(describe(error)));

Object.assign(globalThis, { unjankDemo: surfaceOf(making, ready) });
