import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answers, large, ready, task } from './fixtures.js';
import { request } from './wire.js';

/** @param {number} count @param {keyof typeof import('./modules.js').KERNELS} [kernel] */
const tasks = (count, kernel = 'invert') => Array.from({ length: count }, (_, job) => task(job, kernel, 1));

/** @param {import('./wire.js').Reply[]} replies */
const sizes = (replies) => replies.map((reply) => reply.answers.length);

test('what is done is posted about every millisecond, and at the end', async () => {
  const worker = await ready();
  worker.ask(request(tasks(2)));
  // In quarters, which add up exactly.
  worker.step = 0.25;
  assert.deepEqual(sizes(worker.ask(request(tasks(10)))), [4, 4, 2]);
});

test('the first of an unknown kernel holds nothing back', async () => {
  const worker = await ready();
  const replies = worker.ask(request([task(1, 'invert', 1), task(2, 'invert', 1), task(3, 'stay', 1), task(4, 'stay', 1)]));
  assert.deepEqual(sizes(replies), [2, 2]);
});

test('nothing that is done waits behind something long', async () => {
  const worker = await ready();
  worker.step = 20;
  worker.ask(request([task(1, 'stay', 1)]));
  worker.step = 0;
  worker.ask(request([task(1, 'invert', 1)]));
  const replies = worker.ask(request([task(1, 'invert', 1), task(2, 'invert', 1), task(3, 'stay', 1)]));
  assert.deepEqual(sizes(replies), [2, 1]);
});

test('a reply says when the first of its tasks began', async () => {
  const worker = await ready();
  worker.ask(request(tasks(2)));
  worker.step = 0.5;
  const replies = worker.ask(request(tasks(4)));
  // Two tasks later, and what came between the slices is in none.
  assert.deepEqual(replies.map(({ began }) => began), [1_005_500, 1_007_000]);
});

test('a task with a buffer of its own is measured by its parts, a small one as a whole', async () => {
  const worker = await ready();
  worker.step = 0.25;
  const [own] = answers(worker.ask(request([large(1, 'invert', 10_000)], { buffers: [new ArrayBuffer(10_000)] })));
  assert.deepEqual(own?.times, [250, 500, 250]);
  for (const count of [1, 3]) {
    for (const { times } of answers(worker.ask(request(tasks(count))))) assert.deepEqual(times, [0, 250, 0]);
  }
});
