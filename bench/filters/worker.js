// @ts-check
// A worker thread with an instance of the module: takes the next chunk until there is none.
import { parentPort, workerData } from 'node:worker_threads';
import { Bench, initSync } from './unjank_bench_filters.js';

/** @typedef {{ name: string, sigma: number, rows?: number }} Filter */

const { module, image, stride, turns } = workerData;
initSync({ module });
const source = new Uint8Array(image);
const target = new Uint8Array(source.length);

/** @type {Bench | undefined} */
let bench;

/** @param {Filter} filter */
function prepare({ name, sigma, rows }) {
  bench?.free();
  bench = new Bench(name, sigma, source.length, stride, rows);
  return bench.rows;
}

function run() {
  if (!bench) throw new Error('prepare first');
  const { chunks } = bench;
  for (;;) {
    const chunk = Atomics.add(turns, 0, 1);
    if (chunk >= chunks) return chunks;
    bench.run(chunk, source, target);
  }
}

parentPort?.on('message', (/** @type {Filter | 'run'} */ message) => {
  parentPort?.postMessage(message === 'run' ? run() : prepare(message));
});
