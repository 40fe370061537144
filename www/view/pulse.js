import { placeLabels, StripChart } from '../meter/chart.js';
import { LONG_MS } from '../meter/long-tasks.js';
import { Pendulum } from '../meter/pendulum.js';
import { longTask } from './format.js';
import { element } from './page.js';

/** @import { Frames } from '../meter/frames.js' */
/** @import { JankMeter } from '../meter/jank.js' */

const EVERY_MS = 500;

/**
 * Shows the page's main thread at work: the dot, the strip of frame intervals, frames per second.
 * @param {Frames} frames
 * @param {JankMeter} jank
 */
export function showPulse(frames, jank) {
  const track = element('track', HTMLElement);
  const pendulum = new Pendulum(track, element('dot', HTMLElement), element('clock', HTMLElement));
  const chart = new StripChart(element('chart', HTMLCanvasElement));
  const rate = new FrameRate(element('fps', HTMLElement));
  /** @type {NodeListOf<HTMLElement>} */
  const labels = document.querySelectorAll('.scale');
  placeLabels(labels);
  nameLongTasks(jank);
  frames.each((now) => pendulum.swing(now));
  frames.inTurn((now) => pendulum.tell(now));
  frames.inTurn(() => chart.draw());
  frames.inTurn(() => rate.draw());
  jank.intervals.listen((interval) => {
    chart.add(interval);
    rate.add(interval);
  });
}

/** @param {JankMeter} jank */
function nameLongTasks(jank) {
  const figure = element('long-task', HTMLElement);
  figure.title = `Browsers report tasks above ${LONG_MS} ms, some none at all`;
  if (!jank.hasLongTasks) figure.textContent = longTask(null);
}

class FrameRate {
  #output;
  #frames = 0;
  #span = 0;

  /** @param {HTMLElement} output */
  constructor(output) {
    this.#output = output;
  }

  /** @param {number} interval */
  add(interval) {
    this.#frames += 1;
    this.#span += interval;
  }

  draw() {
    if (this.#span < EVERY_MS) return;
    this.#output.textContent = String(Math.round((this.#frames * 1000) / this.#span));
    this.#frames = 0;
    this.#span = 0;
  }
}
