import { onThemeChange, themeColour } from '../view/theme.js';

/** Width of one second, and of the gap that runs ahead of the newest bar, in CSS pixels. */
const SECOND = 120;
const CLEARING = 24;

/** A frame at 60 Hz; from the second figure on frames were missed, from the third anybody sees it. */
const FRAME_MS = 1000 / 60;
const MISSED_MS = 25;
const SEEN_MS = 50;

/** More than there are between two drawings. */
const MOST_FRESH = 60;

/** The heights are logarithmic from 4 ms to 4 s, so that 17 ms and 2 s both can be read. */
const LOWEST_MS = 4;
const HIGHEST_MS = 4096;

/** @param {number} ms */
function heightOf(ms) {
  const octaves = Math.log2(HIGHEST_MS / LOWEST_MS);
  return Math.min(1, Math.max(0.02, Math.log2(ms / LOWEST_MS) / octaves));
}

/**
 * The frame intervals as a strip: each bar is as wide as the interval was long, and newer bars
 * overwrite the oldest, so a frame costs a few small rectangles.
 */
export class StripChart {
  #canvas;
  #context;
  #x = 0;
  #scale = 1;
  /** @type {number[]} */
  #fresh = [];
  /** @type {Record<string, string>} */
  #colours = {};

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('this browser has no 2d canvas');
    this.#canvas = canvas;
    this.#context = context;
    new ResizeObserver(() => this.#restart()).observe(canvas);
    onThemeChange(() => this.#restart());
  }

  #restart() {
    this.#scale = Math.min(2, devicePixelRatio);
    this.#canvas.width = Math.round(this.#canvas.clientWidth * this.#scale);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * this.#scale);
    this.#colours = {
      ground: themeColour('--chart-ground'),
      line: themeColour('--chart-line'),
      good: themeColour('--chart-good'),
      missed: themeColour('--chart-missed'),
      bad: themeColour('--chart-bad'),
    };
    this.#x = 0;
    this.#clear(0, this.#canvas.width);
  }

  /** @param {number} interval ms since the frame before, for the next drawing */
  add(interval) {
    this.#fresh.push(interval);
    if (this.#fresh.length > MOST_FRESH) this.#fresh.shift();
  }

  draw() {
    for (const interval of this.#fresh.splice(0)) this.#append(interval);
  }

  /** @param {number} interval */
  #append(interval) {
    const whole = this.#canvas.width;
    const end = this.#x + Math.min(whole, (interval / 1000) * SECOND * this.#scale);
    this.#bar(Math.floor(this.#x), Math.floor(Math.min(end, whole)), interval);
    if (end > whole) this.#bar(0, Math.floor(end - whole), interval);
    this.#x = end % whole;
    this.#clear(Math.floor(this.#x), CLEARING * this.#scale);
  }

  /**
   * @param {number} x
   * @param {number} end
   * @param {number} interval
   */
  #bar(x, end, interval) {
    this.#clear(x, end - x);
    const height = heightOf(interval) * this.#canvas.height;
    const { good = '', missed = '', bad = '' } = this.#colours;
    this.#context.fillStyle = interval > SEEN_MS ? bad : interval > MISSED_MS ? missed : good;
    this.#context.fillRect(x, this.#canvas.height - height, end - x, height);
  }

  /**
   * @param {number} x
   * @param {number} width
   */
  #clear(x, width) {
    const { height } = this.#canvas;
    this.#context.fillStyle = this.#colours.ground ?? '';
    this.#context.fillRect(x, 0, width, height);
    this.#context.fillStyle = this.#colours.line ?? '';
    for (const ms of [FRAME_MS, 100, 1000]) {
      this.#context.fillRect(x, height - heightOf(ms) * height, width, this.#scale);
    }
  }
}

/**
 * Puts the scale's labels at their heights.
 * @param {Iterable<HTMLElement>} labels each with `data-ms`
 */
export function placeLabels(labels) {
  for (const label of labels) {
    label.style.setProperty('--height', String(heightOf(Number(label.dataset['ms']))));
  }
}
