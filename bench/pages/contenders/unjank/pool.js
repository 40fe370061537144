// @ts-check
// A pool all of whose workers are ready.
import init, { Pool, kernelHalo } from '../../pkg/unjank_bench_module.js';

await init();

export { kernelHalo };

const SCRIPT = new URL('../../pkg/worker.js', import.meta.url);

/** Jobs that may wait: a burst fits. */
const QUEUE = 65_536;

/** @param {number} workers */
export async function buildPool(workers) {
  const greetings = new Greetings(workers);
  const pool = await Pool.build({
    workers,
    minWorkers: workers,
    queue: QUEUE,
    worker: () => greetings.from(new Worker(SCRIPT, { type: 'module' })),
  });
  await greetings.all;
  return pool;
}

/** Waits for what each worker says when its module is there: a pool is built when one has said it. */
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
      if (data?.unjank !== 'hello') return;
      this.#missing -= 1;
      if (this.#missing === 0) this.#done();
    });
    return worker;
  }
}
