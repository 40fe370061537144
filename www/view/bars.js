import { element } from './page.js';
import { onThemeChange, themeColour, workerColours } from './theme.js';

/** @import { Step } from '../engine/runner.js' */

/** Pixels of a worker's line, and of the bars on it. */
const LINE = 14;
const BAR = 10;

/** The main thread's line is the first one, too. */
const PAGE = -1;

/** Who computed when in the latest run: a line for each worker, and on it a bar for the time inside filters of each tile. */
export class Bars {
  #canvas = element('bars', HTMLCanvasElement);
  #context = this.#canvas.getContext('2d');
  /** @type {{ slot: number, from: number, to: number }[]} in milliseconds of the run */
  #bars = [];
  #startedAt = 0;

  constructor() {
    onThemeChange(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.#canvas);
  }

  /** @param {number} lines workers */
  start(lines) {
    this.#bars = [];
    this.#startedAt = performance.now();
    this.#canvas.style.blockSize = `${lines * LINE}px`;
  }

  /** A tile has come, so that is when it was done. @param {Step} step */
  note({ chunk }) {
    const to = performance.now() - this.#startedAt;
    const { slot, computeMs } = chunk ?? { slot: PAGE, computeMs: to };
    this.#bars.push({ slot, from: Math.max(0, to - computeMs), to });
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = devicePixelRatio;
    Object.assign(this.#canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    const context = this.#context;
    if (context === null) return;
    context.scale(scale, scale);
    const colours = workerColours();
    const perMs = width / Math.max(...this.#bars.map(({ to }) => to));
    for (const { slot, from, to } of this.#bars) {
      context.fillStyle = (slot === PAGE ? themeColour('--chart-bad') : colours[slot % colours.length]) ?? '';
      const top = Math.max(0, slot) * LINE + (LINE - BAR) / 2;
      context.fillRect(from * perMs, top, Math.max(1, (to - from) * perMs - 1), BAR);
    }
  }
}
