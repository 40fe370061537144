// @ts-check
// A pool all of whose workers are ready.
import { instantiate } from '../../unjank/alone.js';
import { createPool } from '../../unjank/index.js';

const kernels = await WebAssembly.compileStreaming(fetch(new URL('../../pkg/kernels.wasm', import.meta.url)));
const alone = instantiate(kernels);

/**
 * Units that a kernel looks at on either side.
 *
 * @param {string} kernel
 * @param {unknown} params
 */
export const kernelHalo = (kernel, params) => alone.halo(kernel, params);

const SCRIPT = new URL('../../unjank/worker.js', import.meta.url);

/** Jobs that may wait: a burst fits. */
const QUEUE = 65_536;

/**
 * @param {number} workers
 * @param {{ inline?: 'auto' }} [more]
 */
export async function buildPool(workers, more) {
  const greetings = new Greetings(workers);
  const pool = await createPool({
    kernels,
    workers,
    minWorkers: workers,
    queue: QUEUE,
    worker: () => greetings.from(new Worker(SCRIPT, { type: 'module' })),
    ...more,
  });
  await greetings.all;
  return pool;
}

/** Waits for what each worker says when its instance is there: a pool is built when one has said it. */
class Greetings {
  /** @type {() => void} */
  #done = () => {};
  /** @type {Promise<void>} */
  all = new Promise((resolve) => { this.#done = resolve; });
  #missing;

  /** @param {number} workers */
  constructor(workers) {
    this.#missing = workers;
  }

  /** @param {Worker} worker */
  from(worker) {
    worker.addEventListener('message', ({ data }) => {
      if (data?.unjank !== 'ready') return;
      this.#missing -= 1;
      if (this.#missing === 0) this.#done();
    });
    return worker;
  }
}
