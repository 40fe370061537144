// @ts-check
// A worker thread with an instance of the kernels: takes the next band until there is none.
import { parentPort, workerData } from 'node:worker_threads';
import { encode } from '../../pool/js/cbor.js';
import { expectedOf, readKernels } from '../../worker/js/description.js';
import { instanceOf } from '../../worker/js/instance.js';
import { plain } from '../../worker/js/plain.js';
import { Bands } from './bands.js';

/** @typedef {{ kernel: string, params: object }} Filter */

const { module, image, width, height, turns } = workerData;
const stride = width * 4;
const source = new Uint8Array(image);
const target = new Uint8Array(source.length);

const engine = plain();
const exports = engine.begin(module);
const instance = instanceOf(exports, engine.host);
const kernels = readKernels(instance.description);

let kernel = 0;
let params = new Uint8Array();
let bands = new Bands({ width, height }, 0);

/** @param {Filter} filter */
function prepare(filter) {
  kernel = kernels.findIndex(({ name }) => name === filter.kernel);
  params = encode(filter.params);
  bands = new Bands({ width, height }, Math.max(...(kernels[kernel].halo ?? planned())));
  return bands.at(0).rows;
}

/** What the kernel says that its halo is, with these params. */
function planned() {
  instance.load({ kernel, params, window: [stride, height, 0, 0, 0, 0], inputs: [] });
  if (instance.run(exports.unjank_plan)) throw new Error('the kernel failed');
  const [plan] = instance.named(8, 'plan', 32);
  const { word } = instance.memory;
  return [word(plan + 1), word(plan + 2)];
}

function run() {
  for (;;) {
    const index = Atomics.add(turns, 0, 1);
    if (index >= bands.count) return bands.count;
    filter(bands.at(index));
  }
}

/** @param {import('./bands.js').Band} band */
function filter({ start, rows, before, after }) {
  const [first, end] = [start - before, start + rows + after];
  const bytes = source.subarray(first * stride, end * stride);
  const window = [stride, height, start, before, rows, after];
  const call = { kernel, params, window, inputs: [{ bytes, identity: 0 }] };
  if (instance.load(call) ?? instance.run()) throw new Error('the kernel failed');
  const [output] = instance.outputs(expectedOf(kernels[kernel], call));
  target.set(output, start * stride);
}

parentPort?.on('message', (/** @type {Filter | 'run'} */ message) => {
  parentPort?.postMessage(message === 'run' ? run() : prepare(message));
});
