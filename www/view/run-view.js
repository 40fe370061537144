/** What a run looks like while it goes on and when it has ended. */

import { titleOfAll } from '../engine/filters.js';
import { Bars } from './bars.js';
import { gap, longTask, milliseconds, place } from './format.js';
import { History } from './history.js';
import { element } from './page.js';
import { Progress } from './progress.js';
import { WorkerList } from './worker-list.js';

/** @import { Demo, Failed, Finished, Followed, Started } from '../demo.js' */
/** @import { Frames } from '../meter/frames.js' */
/** @import { JankMeter } from '../meter/jank.js' */
/** @import { Controls } from './controls.js' */
/** @import { Status } from './status.js' */

export class RunView {
  #controls;
  #status;
  #progress = new Progress();
  #bars = new Bars();
  #workers;
  #history = new History();
  #download = element('download', HTMLButtonElement);
  #blocking = element('blocking', HTMLElement);
  #gap = element('frame-gap', HTMLElement);
  #jank;
  /** @type {'running' | 'resting'} */
  #phase = 'resting';

  /**
   * @param {Demo} demo
   * @param {Frames} frames
   * @param {JankMeter} jank
   * @param {Controls} controls
   * @param {Status} status
   */
  constructor(demo, frames, jank, controls, status) {
    this.#jank = jank;
    this.#controls = controls;
    this.#status = status;
    this.#workers = new WorkerList(() => demo.stats());
    demo.started.listen((request) => this.#start(request));
    demo.stepped.listen((step) => {
      this.#progress.note(step);
      this.#bars.note(step);
    });
    demo.finished.listen((finished) => this.#finish(finished));
    demo.failed.listen((failed) => this.#fail(failed));
    demo.followed.listen((followed) => this.#show(followed));
    frames.inTurn((now) => this.#workers.draw(now));
    frames.inTurn(() => this.#progress.draw());
    frames.inTurn(() => this.#showGap());
  }

  #showGap() {
    if (this.#phase === 'resting') return;
    const soFar = gap(this.#jank.longestGapMs);
    if (this.#gap.textContent !== soFar) this.#gap.textContent = soFar;
  }

  /** @param {Started} request */
  #start(request) {
    const { mode, workers } = request;
    this.#phase = 'running';
    this.#controls.allow('running');
    this.#download.disabled = true;
    this.#blocking.hidden = mode !== 'page';
    this.#progress.start();
    this.#workers.start();
    this.#bars.start(mode === 'page' ? 1 : workers);
    const where = mode === 'page' ? 'the main thread: the page stands still' : place(mode, workers);
    this.#status.say(`Running ${titleOfAll(request)} on ${where}.`);
  }

  /** @param {Finished} finished */
  #finish(finished) {
    const { totalMs, frameGapMs, longTaskMs } = finished.result;
    this.#end();
    this.#download.disabled = false;
    this.#progress.finish(finished.result);
    this.#history.add(finished);
    this.#gap.textContent = gap(frameGapMs);
    element('long-task', HTMLElement).textContent = longTask(longTaskMs);
    const { mode, workers } = finished.request;
    const what = `${titleOfAll(finished.request)}: ${place(mode, workers).toLowerCase()}`;
    const gaps = `Longest gap between frames: ${gap(frameGapMs)}.`;
    this.#status.say(`${what}, ${milliseconds(totalMs)}. ${gaps}`);
  }

  /** @param {Followed} followed */
  #show({ request, timing }) {
    this.#download.disabled = false;
    const where = place('pool', request.workers).toLowerCase();
    this.#status.say(`${titleOfAll(request)} follows its dial: ${where}, ${milliseconds(timing.totalMs)} a picture.`);
  }

  /** @param {Failed} failed */
  #fail({ error }) {
    this.#end();
    this.#progress.draw();
    if (error.code === 'cancelled') this.#status.say('Cancelled.');
    else this.#status.fail(error);
  }

  #end() {
    this.#phase = 'resting';
    this.#blocking.hidden = true;
    this.#workers.finish();
    this.#bars.draw();
    this.#controls.allow('ready');
  }
}
