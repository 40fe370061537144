// @ts-check
// Measures the filters on 12 megapixels, on one worker thread and on two, as a pool's workers run
// them: copied in, computed, copied out, chunk after chunk. One worker and two take turns.
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

const [WIDTH, HEIGHT, WORKERS] = [4000, 3000, 2];
const [WARM_UP, ROUNDS] = [2, 7];

/** @typedef {{ kernel: string, params: object }} Filter */

/** @type {Filter[]} */
const FILTERS = [
  ...[0.5, 1, 2, 2.9, 3, 5, 8, 12, 20, 50, 100].map((sigma) => ({ kernel: 'gaussian_blur', params: { sigma } })),
  { kernel: 'tone_curve', params: { exposure: 0.5, contrast: 1.2, gamma: 1.1 } },
  ...['sobel', 'grayscale', 'median'].map((kernel) => ({ kernel, params: {} })),
];

/** Gradients with noise on them, the same in every run. */
function image() {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 4);
  let noise = 0x9e3779b9;
  for (let index = 0; index < pixels.length; index += 1) {
    noise ^= noise << 13;
    noise ^= noise >>> 17;
    noise ^= noise << 5;
    pixels[index] = (index >> 5) + Math.floor(index / WIDTH / 16) + (noise >>> 27);
  }
  return pixels.buffer;
}

const [, , kernels = ''] = process.argv;
const module = new WebAssembly.Module(readFileSync(kernels));
const turns = new Int32Array(new SharedArrayBuffer(4));
const workers = Array.from({ length: WORKERS }, () => {
  const workerData = { module, image: image(), width: WIDTH, height: HEIGHT, turns };
  return new Worker(new URL('./worker.js', import.meta.url), { workerData });
});

/**
 * @param {Worker} worker
 * @param {Filter | 'run'} message
 * @returns {Promise<number>}
 */
function ask(worker, message) {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer) => {
      worker.off('error', reject);
      resolve(answer);
    });
    worker.postMessage(message);
  });
}

/** @param {number} count workers that share the image @returns its time in milliseconds */
async function run(count) {
  turns[0] = 0;
  const start = performance.now();
  await Promise.all(workers.slice(0, count).map((worker) => ask(worker, 'run')));
  return performance.now() - start;
}

/** @param {number[]} times */
function median(times) {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? NaN;
}

/** @param {Filter} filter */
async function measure(filter) {
  const rows = await Promise.all(workers.map((worker) => ask(worker, filter)));
  /** @type {[number[], number[]]} */
  const times = [[], []];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const [one, all] = [await run(1), await run(WORKERS)];
    if (round < WARM_UP) continue;
    times[0].push(one);
    times[1].push(all);
  }
  return { rows: rows[0] ?? 0, one: median(times[0]), all: median(times[1]) };
}

console.log('12 MP                    rows a band   1 worker, ms   2 workers, ms   times faster');
for (const filter of FILTERS) {
  const { rows, one, all } = await measure(filter);
  const label = [filter.kernel, ...Object.values(filter.params)].join(' ');
  const cells = [String(rows), one.toFixed(1), all.toFixed(1), (one / all).toFixed(2)];
  const widths = [11, 15, 16, 15];
  const line = cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('');
  console.log(label.padEnd(25) + line);
}
await Promise.all(workers.map((worker) => worker.terminate()));
