import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plain } from '../plain.js';
import { KERNELS, module } from './modules.js';
import { Worker } from './worker.js';
import { request } from './wire.js';

const LIMIT = 64 << 20;

const bytes = (/** @type {number[]} */ ...values) => Uint8Array.from(values);

/** @param {import('./modules.js').Changes & { memoryLimit?: number }} [changes] */
async function ready({ memoryLimit = LIMIT, ...changes } = {}) {
  const worker = new Worker(plain());
  const said = await worker.start({ unjank: 'start', module: module(changes), memoryLimit });
  assert.equal(said.unjank, 'ready', said.message);
  return worker;
}

const task = (/** @type {number} */ job, /** @type {keyof typeof KERNELS} */ kernel, ...values) =>
  ({ job, kernel: KERNELS[kernel], inputs: [{ bytes: bytes(...values) }] });

test('a worker says that it listens, and what its module is when it has started', async () => {
  const worker = new Worker(plain());
  assert.deepEqual(worker.said, [{ unjank: 'listening' }]);
  const said = await worker.start({ unjank: 'start', module: module(), memoryLimit: LIMIT });
  assert.equal(said.unjank, 'ready');
  assert.equal(new TextDecoder().decode(said.description).includes('invert'), true);
});

test('a job is answered with its result', async () => {
  const worker = await ready();
  const [reply] = worker.ask(request([task(2 ** 40 + 7, 'invert', 1, 2, 3)]));
  assert.equal(reply?.kind, 3);
  assert.equal(reply.began, 1_005_000);
  assert.equal(reply.memory, 64 << 16);
  assert.equal(reply.answers[0]?.job, 2 ** 40 + 7);
  assert.deepEqual(reply.answers[0]?.outputs, [bytes(254, 253, 252)]);
});

test('a trap spares its neighbours', async () => {
  const worker = await ready();
  const replies = worker.ask(request([
    task(1, 'invert', 1), task(2, 'trap', 2), task(3, 'panic', 3), task(4, 'invert', 4),
  ]));
  const answers = replies.flatMap((reply) => reply.answers);
  assert.deepEqual(answers.map(({ job, verdict }) => [job, verdict]), [[1, 0], [2, 3], [3, 3], [4, 0]]);
  assert.match(answers[1]?.text ?? '', /unreachable/);
  assert.equal(answers[1]?.place, '');
  assert.equal(answers[2]?.text, 'too blue');
  assert.equal(answers[2]?.place, 'too blue:7:9');
  assert.deepEqual(answers[3]?.outputs, [bytes(251)]);
});
