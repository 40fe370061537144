import assert from 'node:assert/strict';
import { test } from 'node:test';

import { request } from '../../../worker/js/test/wire.js';
import { task } from '../../../worker/js/test/fixtures.js';
import { assemble, module, text } from '../../../worker/js/test/modules.js';
import { UnjankError, createPool } from '../index.js';
import { InlineWorker } from '../later/inline.js';
import * as alike from './stories/alike.js';
import { FakeWorker, kernels, world } from './world.js';

const { SIZES, inverted, noise, rejects } = alike;

const HERE = { workers: 0, worker: undefined };

/** Keeps what is said on the console meanwhile. @param {() => Promise<unknown>} work */
async function warnings(work) {
  const { warn } = console;
  /** @type {string[]} */
  const lines = [];
  console.warn = (line) => lines.push(line);
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return lines;
}

const open = async (/** @type {object} */ options) => (await world({ ...HERE, ...options })).pool;

for (const [name, story] of Object.entries(alike)) {
  const host = /** @type {any} */ ({ open, createPool, UnjankError, byHand: assemble(text()) });
  if (name.includes('_')) test(`on the page: ${name.replaceAll('_', ' ')}`, () => /** @type {any} */ (story)(host));
}

test('a job never settles in the turn in which it was given', async () => {
  const { pool } = await world(HERE);
  let settled = false;
  const job = pool.run('invert', {}, noise(64)).then(() => { settled = true; });
  for (let step = 0; step < 100; step += 1) await null;
  assert.equal(settled, false);
  await job;
  await pool.close();
});

test('the page has no more workers than itself', async () => {
  const { pool, workers } = await world(HERE);
  pool.resize(3);
  await rejects((async () => pool.resize(0))(), 'bad_option');
  await Promise.all([1, 2, 3, 4].map((seed) => pool.run('invert', {}, noise(1 << 20, seed))));
  const stats = pool.stats();
  assert.equal(stats.inline, true);
  assert.equal(stats.workers.length, 1);
  assert.equal(workers.length, 0);
  await pool.close();
});

test('what is for workers alone is refused without any', async () => {
  const worker = () => /** @type {any} */ (new FakeWorker());
  assert.match((await rejects(world({ workers: 0, worker }), 'bad_option')).message, /`worker` is for workers/);
  for (const options of [{ ...HERE }, { workers: 2, fallback: 'inline' }]) {
    const given = /** @type {any} */ ({ ...options, kernels: undefined, glue: kernels });
    assert.match((await rejects(world(given), 'bad_option')).message, /`glue` is for workers/);
  }
  await rejects(world(/** @type {any} */ ({ fallback: 'page' })), 'bad_option');
});

test('where no worker can be had the page is one, and says so once', async () => {
  let tries = 0;
  const worker = () => {
    tries += 1;
    throw new DOMException('a policy forbids it', 'SecurityError');
  };
  const lines = await warnings(async () => {
    const { pool } = await world({ worker, workers: 2, spares: 2, fallback: 'inline' });
    for (const size of SIZES) assert.deepEqual(await pool.run('invert', {}, noise(size)), inverted(noise(size)));
    assert.equal(pool.stats().inline, true);
    assert.equal(pool.stats().workers.length, 1);
    await pool.close();
  });
  assert.equal(lines.length, 1);
  assert.match(String(lines[0]), /kernels run on the page.*a policy forbids it/);
  tries = 0;
  const { message } = await rejects(world({ worker }), 'script_unavailable');
  assert.match(message, /allow `fallback`/);
  assert.equal(tries, 1, 'what is refused outright is not asked for again');
});

test('where there are no workers at all the page is one, and without leave it is told', async () => {
  const none = { worker: undefined, workers: 2 };
  const lines = await warnings(async () => {
    const { pool } = await world({ ...none, fallback: 'inline' });
    assert.deepEqual(await pool.run('invert', {}, noise(64)), inverted(noise(64)));
    await pool.close();
  });
  assert.equal(lines.length, 1);
  assert.match(String(lines[0]), /there are no workers here/);
  for (const options of [none, { ...none, inline: /** @type {const} */ ('auto') }]) await rejects(world(options), 'unsupported');
});

test('an address is refused where trusted types are required, and the error says what to give', async () => {
  Object.assign(globalThis, { Worker: class { constructor() { throw new TypeError('no such sink'); } } });
  try {
    for (const worker of [undefined, './worker.js']) {
      const { message } = await rejects(world({ worker }), 'script_unavailable');
      assert.match(message, /worker\.js \(TypeError: no such sink\): check .* TrustedScriptURL as `worker`, or allow `fallback`/);
    }
    const lines = await warnings(async () => {
      const { pool } = await world({ worker: undefined, fallback: 'inline' });
      assert.equal(pool.stats().inline, true);
      await pool.close();
    });
    assert.match(lines.join(), /kernels run on the page.*TrustedScriptURL/);
  } finally {
    Reflect.deleteProperty(globalThis, 'Worker');
  }
});

test('a script that is blocked without a word is no worker either', async () => {
  const worker = () => {
    const made = new FakeWorker();
    setImmediate(() => made.onerror?.(new Event('error')));
    return /** @type {any} */ (made);
  };
  const lines = await warnings(async () => {
    const { pool } = await world({ worker, fallback: 'inline' });
    assert.deepEqual(await pool.run('invert', {}, noise(64)), inverted(noise(64)));
    await pool.close();
  });
  assert.equal(lines.length, 1);
});

test('a pool that has workers, or fails for another reason, does without', async () => {
  const lines = await warnings(async () => {
    const { pool, workers } = await world({ fallback: 'inline' });
    assert.equal(pool.stats().inline, false);
    workers[0]?.crash('it died');
    assert.deepEqual(await pool.run('invert', {}, noise(64)), inverted(noise(64)));
    assert.equal(pool.stats().inline, false);
    await pool.close();
    const worker = () => {
      throw new TypeError('a mistake');
    };
    await rejects(world({ worker, fallback: 'inline' }), 'init_failed');
    await rejects(world({ kernels: new Uint8Array(8), fallback: 'inline' }), 'bad_kernels');
  });
  assert.deepEqual(lines, []);
});

/**
 * One that serves, by a clock that goes on with each look at it.
 *
 * @param {number} step milliseconds
 */
async function serving(step) {
  let now = 0;
  const clock = { timeOrigin: 0, now: () => (now += step) };
  const worker = new InlineWorker(clock);
  /** @type {any[]} */
  const heard = [];
  const hear = () => new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      heard.push(data);
      resolve(data);
    };
  });
  const ready = hear();
  worker.postMessage({ unjank: 'start', module: module(), memoryLimit: 1 << 30 });
  await ready;
  return { worker, heard };
}

/** How many answers there are in replies. @param {any[]} replies */
const answers = (replies) => replies.slice(1).reduce((sum, [frame]) => sum + new Uint32Array(frame.buffer, 0, 3)[2], 0);

test('between tasks the page has a turn as soon as a slice is over', async () => {
  const tasks = Array.from({ length: 40 }, (_, job) => task(job, 'invert', 1));
  for (const [step, least] of /** @type {const} */ ([[0.001, 1], [0.5, 4], [50, 40]])) {
    const { worker, heard } = await serving(step);
    worker.postMessage(request(tasks));
    let turns = 0;
    for (; answers(heard) < 40; turns += 1) await new Promise((done) => { setImmediate(done); });
    assert.ok(heard.length - 1 >= least, `${heard.length - 1} replies with a clock of ${step} ms`);
    worker.terminate();
  }
});

test('requests are answered in their order, and one that has ended answers none', async () => {
  const { worker, heard } = await serving(5);
  for (const job of [1, 2, 3]) worker.postMessage(request([task(job, 'invert', 1), task(job, 'invert', 1)]));
  while (answers(heard) < 3) await new Promise((done) => { setImmediate(done); });
  worker.terminate();
  const before = answers(heard);
  for (let turn = 0; turn < 10; turn += 1) await new Promise((done) => { setImmediate(done); });
  assert.ok(answers(heard) <= before + 1);
  const jobs = heard.slice(1).map(([frame]) => new Uint32Array(frame.buffer, 0, 9)[8]);
  assert.deepEqual(jobs, jobs.toSorted());
});
