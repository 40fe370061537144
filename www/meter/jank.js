import { Topic } from '../engine/topic.js';
import { painted } from './frames.js';
import { LONG_MS, LongTasks } from './long-tasks.js';

/** @import { Frames } from './frames.js' */

/**
 * @typedef {object} Jank How the page's main thread fared over a span.
 * @property {number | null} frameGapMs the longest time between two frames; null in a hidden page
 * @property {number | null} longTaskMs the longest task the engine reported; 0: none above 50 ms; null:
 *   this engine does not report them
 */

/** Measures the time between frames, always, and the worst of it over a span. */
export class JankMeter {
  #longTasks = new LongTasks();
  /** @type {number | null} */
  #lastFrame = null;
  #longestGap = 0;

  /** @param {Frames} frames */
  constructor(frames) {
    /** @type {Topic<number>} each interval between two frames, ms */
    this.intervals = new Topic();
    frames.each((now) => this.#frame(now));
    document.addEventListener('visibilitychange', () => {
      this.#lastFrame = null;
    });
  }

  get hasLongTasks() {
    return this.#longTasks.areReported;
  }

  /** @param {number} now */
  #frame(now) {
    if (this.#lastFrame !== null && now > this.#lastFrame) {
      const interval = now - this.#lastFrame;
      this.#longestGap = Math.max(this.#longestGap, interval);
      this.intervals.tell(interval);
    }
    this.#lastFrame = now;
  }

  /** The longest gap so far of the span, ms. */
  get longestGapMs() {
    return this.#longestGap;
  }

  /**
   * Begins a span; there is one at a time.
   * @returns {() => Promise<Jank>} ends it two frames later: the first frame after a blocked one may still
   *   carry the time it was asked for
   */
  begin() {
    this.#longestGap = 0;
    const from = performance.now();
    return async () => {
      const to = performance.now();
      await painted();
      await painted();
      const frameGapMs = document.hidden ? null : this.#longestGap;
      if (frameGapMs !== null && frameGapMs > LONG_MS) await this.#longTasks.next();
      return { frameGapMs, longTaskMs: this.#longTasks.longestWithin(from, to) };
    };
  }
}
