import { megapixels, milliseconds, NONE, speed } from './format.js';
import { element } from './page.js';
import { onThemeChange, WORKER_COLOURS, workerColours } from './theme.js';

/** @import { Step } from '../engine/runner.js' */
/** @import { RunResult } from '../demo.js' */

/** How far a run is: bar, tiles, times, and a strip beside the photo coloured by worker. */
export class Progress {
  #bar = element('progress', HTMLProgressElement);
  #strip = element('tile-strip', HTMLCanvasElement);
  #context = this.#strip.getContext('2d');
  #tiles = element('tiles', HTMLElement);
  #first = element('first-tile', HTMLElement);
  #total = element('total', HTMLElement);
  #speed = element('speed', HTMLElement);
  /** @type {Step[]} */
  #fresh = [];
  /** @type {string[]} */
  #colours = [];
  #startedAt = 0;

  constructor() {
    const mix = () => { this.#colours = workerColours(); };
    mix();
    onThemeChange(mix);
  }

  start() {
    this.#startedAt = performance.now();
    this.#fresh = [];
    this.#bar.value = 0;
    this.#strip.height = 1;
    for (const figure of [this.#tiles, this.#first, this.#total, this.#speed]) figure.textContent = NONE;
  }

  /** @param {Step} step shown with one of the next frames */
  note(step) {
    if (step.done === 1) this.#first.textContent = milliseconds(performance.now() - this.#startedAt);
    this.#fresh.push(step);
  }

  /** However many tiles came, the page changes once. */
  draw() {
    const latest = this.#fresh.at(-1);
    if (latest === undefined) return;
    this.#bar.max = latest.total;
    this.#bar.value = latest.done;
    this.#tiles.textContent = `${latest.done} / ${latest.total}`;
    for (const step of this.#fresh) this.#paint(step);
    this.#fresh = [];
  }

  /** @param {Step} step */
  #paint({ chunk, total }) {
    if (chunk === null || this.#context === null) return;
    if (this.#strip.height !== total) this.#strip.height = total;
    this.#context.fillStyle = this.#colours[chunk.slot % WORKER_COLOURS] ?? '';
    this.#context.fillRect(0, chunk.index, 1, 1);
  }

  /** @param {RunResult} result */
  finish(result) {
    this.draw();
    this.#tiles.textContent = `${result.tiles} / ${result.tiles}`;
    this.#first.textContent = milliseconds(result.firstTileMs);
    this.#total.textContent = milliseconds(result.totalMs);
    this.#speed.textContent = speed(result, result.totalMs);
    this.#bar.title = megapixels(result);
  }
}
