// @ts-check
// A worker thread with an instance of the kernels: takes the next band until there is none.
import { parentPort, workerData } from 'node:worker_threads';
import { encode } from '../../pool/js/cbor.js';
import { Host } from '../../worker/js/imports.js';
import { Instance } from '../../worker/js/instance.js';
import { Bands } from '../../www/pixels/bands.js';

/** @typedef {{ kernel: string, params: object }} Filter */

const { module, image, width, height, turns } = workerData;
const stride = width * 4;
const source = new Uint8Array(image);
const target = new Uint8Array(source.length);

const host = new Host();
const { exports } = new WebAssembly.Instance(module, host.imports(module));
const instance = new Instance(exports, host);

let kernel = 0;
let params = new Uint8Array();
let bands = new Bands({ width, height }, 0);

/** @param {Filter} filter */
function prepare(filter) {
  kernel = instance.kernels.findIndex(({ name }) => name === filter.kernel);
  params = encode(filter.params);
  instance.load({ kernel, params, window: [stride, height, 0, 0, 0, 0], inputs: [] });
  const halo = instance.plan() === undefined ? instance.kernels[kernel].halo : instance.halo;
  bands = new Bands({ width, height }, Math.max(...halo));
  return bands.at(0).rows;
}

function run() {
  for (;;) {
    const index = Atomics.add(turns, 0, 1);
    if (index >= bands.count) return bands.count;
    filter(bands.at(index));
  }
}

/** @param {import('../../www/pixels/bands.js').Band} band */
function filter({ start, rows, before, after }) {
  const [first, end] = [start - before, start + rows + after];
  const bytes = source.subarray(first * stride, end * stride);
  const window = [stride, height, start, before, rows, after];
  const call = { kernel, params, window, inputs: [{ bytes, identity: 0 }] };
  if (!instance.load(call) || instance.run() !== 0) throw new Error('the kernel failed');
  const [output] = instance.outputs(call);
  target.set(output, start * stride);
}

parentPort?.on('message', (/** @type {Filter | 'run'} */ message) => {
  parentPort?.postMessage(message === 'run' ? run() : prepare(message));
});
