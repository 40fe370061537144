// @ts-check
// Rayon's threads share one memory: the page writes the image into it and reads the result from it.
// They are called from a worker, since a page may not wait for them.
import { pixels } from './rust/workers.js';

/** @import { About, Band, Contender } from '../seam.js' */

const NO_JOBS = 'has no jobs: one call runs on all threads, on shared memory';

/** @type {About} */
export const about = {
  name: 'wasm-bindgen-rayon',
  version: '1.3.0',
  needsIsolation: true,
  cannot: { small: NO_JOBS, burst: NO_JOBS, bytes: NO_JOBS },
};

const SCRIPT = new URL('../workers/rayon.js', import.meta.url);

/**
 * Where an image goes in the shared memory, and where its result comes.
 * @typedef {{ length: number, shared: SharedArrayBuffer, inputAt: number, outputAt: number }} Room
 */

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers: threads }) {
  const caller = new Worker(SCRIPT, { type: 'module' });
  await ask(caller, 'start', { threads });
  /** @type {Room | undefined} */
  let room;
  let filterMs = 0;

  /**
   * @param {Band[]} bands
   * @param {object} order
   */
  async function filter(bands, order) {
    const bytes = pixels(bands);
    const { length } = bytes;
    // An app that filters images of one size keeps their room.
    if (room?.length !== length) room = { length, ...await ask(caller, 'reserve', { length }) };
    const { shared, inputAt, outputAt } = /** @type {Room} */ (room);
    new Uint8Array(shared, inputAt, length).set(bytes);
    filterMs = await ask(caller, 'filter', order);
    return [new Uint8Array(new Uint8Array(shared, outputAt, length))];
  }

  return {
    blur: ({ bands, width, sigma }) => filter(bands, { filter: 'blur', width, sigma }),
    sobel: ({ bands, width }) => filter(bands, { filter: 'sobel', width }),
    filterMs: () => filterMs,
    // Its threads end with it.
    close: () => caller.terminate(),
  };
}

/**
 * @param {Worker} worker
 * @param {string} what
 * @param {object} given
 * @returns {Promise<any>}
 */
function ask(worker, what, given) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { answer, error } }) => {
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ ask: what, ...given });
  });
}
