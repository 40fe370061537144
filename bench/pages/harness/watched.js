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
 * A filter between two marks, while the page draws frames: one after the first mark and one before
 * the second, so that a page that stands still all the while is seen to.
 *
 * @param {Parameters<typeof filter>[0]} asked
 */
export async function drawn(asked) {
  const drawing = new Drawing();
  const told = await filter(asked, async (work) => {
    await frames(CALM);
    performance.mark('bench: from');
    await frames(1);
    const done = await work();
    await frames(1);
    performance.mark('bench: to');
    return done;
  });
  drawing.stop();
  return told;
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

/** @param {number} count */
async function frames(count) {
  for (let passed = 0; passed < count; passed += 1) await new Promise(requestAnimationFrame);
}

/** Asks for every frame, as an animation does. */
class Drawing {
  #running = true;

  constructor() {
    const draw = () => {
      if (this.#running) requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  }

  stop() {
    this.#running = false;
  }
}
