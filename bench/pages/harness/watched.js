// @ts-check
// Work that is watched from outside: the program reads the browser's trace between two marks, or
// what was counted meanwhile.
import { burst, filter, small } from './cases.js';
import { crossings } from './crossings.js';

/**
 * @typedef {{ name: string, workers: number, jobs: number, seed: number, manner: 'alone' | 'burst' }} Jobs
 */

/** Frames before the first mark, in which nothing happens. */
const CALM = 5;

/** Milliseconds of a frame at 60 Hz. */
const FRAME = 1000 / 60;

/** @param {Jobs} asked */
const work = (asked) => (asked.manner === 'burst' ? burst(asked) : small(asked));

/**
 * Jobs between two marks.
 *
 * @param {Jobs} asked
 */
export const marked = (asked) => between(() => work(asked));

/**
 * Calls between JavaScript and the module for each job.
 *
 * @param {Jobs} asked
 */
export const crossed = (asked) => crossings(() => work(asked), asked.jobs);

/**
 * A filter between two marks, while the page draws frames; gives the frames that it could not draw,
 * too.
 *
 * @param {Parameters<typeof filter>[0]} asked
 */
export async function drawn(asked) {
  const frames = new Frames();
  await frames.pass(CALM);
  const told = await between(() => filter(asked));
  await frames.pass(1);
  return { ...told, dropped: frames.stop() };
}

/**
 * The marks are in tasks of their own, so that nothing from before is between them.
 *
 * @template T
 * @param {() => Promise<T>} work
 */
async function between(work) {
  await nextTask();
  performance.mark('bench: from');
  const told = await work();
  await nextTask();
  performance.mark('bench: to');
  return told;
}

const nextTask = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve(undefined);
  port2.postMessage(null);
});

/** Frames as they are drawn. */
class Frames {
  /** @type {number[]} */
  #times = [];
  #running = true;

  constructor() {
    const draw = (/** @type {number} */ time) => {
      this.#times.push(time);
      if (this.#running) requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  }

  /** @param {number} count */
  async pass(count) {
    for (let passed = 0; passed < count; passed += 1) await new Promise(requestAnimationFrame);
  }

  /** Ends it; gives how many frames are missing. */
  stop() {
    this.#running = false;
    const gaps = this.#times.slice(1).map((time, index) => time - (this.#times[index] ?? time));
    return gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME) - 1), 0);
  }
}
