import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { request } from '../../../worker/js/test/wire.js';
import { task } from '../../../worker/js/test/fixtures.js';
import { module } from '../../../worker/js/test/modules.js';
import { InlineWorker } from '../later/inline.js';
import { FakeWorker, inverted, kernels, noise, world } from './world.js';

const SIZES = [64, 1 << 20];
const HERE = { workers: 0, worker: undefined };

/** @param {Promise<unknown>} attempt @param {string} code */
async function rejects(attempt, code) {
  /** @type {any} */
  let found;
  await assert.rejects(attempt, (error) => {
    found = error;
    return found.code === code;
  });
  return found;
}

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

test('a pool without workers does the same on the page', async () => {
  const { pool, workers } = await world(HERE);
  for (const size of SIZES) {
    const sent = noise(size);
    assert.deepEqual(await pool.run('invert', {}, sent), inverted(noise(size)));
    assert.equal(sent.length, size > 4096 ? 0 : size, 'what is large is given away');
    assert.deepEqual(await pool.run('invert', {}, noise(size), { transfer: false }), inverted(noise(size)));
    const source = noise(size);
    const cut = { stride: size / 16, chunkUnits: 1 };
    assert.deepEqual(await pool.mapChunks('invert', {}, source, cut).gather(), inverted(source));
    const payloads = Array.from({ length: 20 }, (_, seed) => noise(size, seed));
    const expected = payloads.map(inverted);
    assert.deepEqual(await pool.runAll('invert', {}, payloads), expected);
  }
  const stats = pool.stats();
  assert.equal(stats.inline, true);
  assert.equal(stats.workers.length, 1);
  assert.equal(workers.length, 0);
  await pool.close();
});

test('a job never settles in the turn in which it was given', async () => {
  const { pool } = await world(HERE);
  let settled = false;
  const job = pool.run('invert', {}, noise(64)).then(() => { settled = true; });
  for (let step = 0; step < 100; step += 1) await null;
  assert.equal(settled, false);
  await job;
  await pool.close();
});

test('a trap costs its job and an instance, on the page too', async () => {
  const { pool } = await world(HERE);
  for (const size of SIZES) {
    const jobs = ['invert', 'trap', 'invert', 'fail', 'invert'].map((kernel) => pool.run(kernel, {}, noise(size)));
    await rejects(/** @type {Promise<unknown>} */ (jobs[1]), 'panicked');
    assert.equal((await rejects(/** @type {Promise<unknown>} */ (jobs[3]), 'kernel')).kernelCode, 42);
    for (const index of [0, 2, 4]) assert.deepEqual(await jobs[index], inverted(noise(size)));
  }
  assert.equal(pool.stats().workers[0]?.generation, 0);
  await pool.close();
});

test('an instance that has grown is replaced', async () => {
  const { pool } = await world({ ...HERE, memoryLimitBytes: 16 << 20 });
  for (const size of SIZES) assert.deepEqual(await pool.run('grow', {}, noise(size)), noise(size));
  const { memoryBytes = 0, peakMemoryBytes = 0 } = pool.stats().workers[0] ?? {};
  assert.ok(peakMemoryBytes >= 24 << 20 && memoryBytes <= peakMemoryBytes);
  await pool.close();
});

test('two pools on one page keep to their modules', async () => {
  const invert = await readFile(new URL('../../../protocol/golden/invert.wasm', import.meta.url));
  const [one, other] = await Promise.all([world(HERE), world({ ...HERE, kernels: invert })]);
  for (const size of SIZES) {
    await rejects(one.pool.run('trap', {}, noise(size)), 'panicked');
    assert.deepEqual(await other.pool.run('invert', {}, noise(size)), inverted(noise(size)));
    assert.deepEqual(await one.pool.run('invert', {}, noise(size)), inverted(noise(size)));
  }
  await rejects(other.pool.run('trap', {}, noise(8)), 'unknown_kernel');
  await Promise.all([one.pool.close(), other.pool.close()]);
});

test('what waits can be aborted, and is late, as with workers', async () => {
  const { pool } = await world(HERE);
  for (const size of SIZES) {
    const stop = new AbortController();
    const jobs = [1, 2, 3].map((seed) => pool.run('invert', {}, noise(size, seed), { signal: stop.signal }));
    await null;
    await null;
    stop.abort();
    for (const job of jobs) await rejects(job, 'cancelled');
    pool.pause();
    await rejects(pool.run('invert', {}, noise(size), { deadlineMs: 1 }), 'deadline_exceeded');
    pool.resume();
    assert.deepEqual(await pool.run('invert', {}, noise(size)), inverted(noise(size)));
  }
  await pool.close();
});

test('closing drains or drops, and nothing is left', async () => {
  for (const mode of /** @type {const} */ (['drain', 'abort'])) {
    for (const size of SIZES) {
      const { pool } = await world(HERE);
      const jobs = [1, 2, 3].map((seed) => pool.run('invert', {}, noise(size, seed)));
      await null;
      await null;
      const closed = pool.close(mode);
      const ends = await Promise.allSettled(jobs);
      assert.deepEqual(ends.map(({ status }) => status), Array(3).fill(mode === 'drain' ? 'fulfilled' : 'rejected'));
      await closed;
      assert.equal(pool.stats().workers[0]?.state, 'vacant');
    }
  }
});

test('the page has no more workers than itself', async () => {
  const { pool } = await world(HERE);
  pool.resize(3);
  await rejects((async () => pool.resize(0))(), 'bad_option');
  await Promise.all([1, 2, 3, 4].map((seed) => pool.run('invert', {}, noise(1 << 20, seed))));
  assert.equal(pool.stats().workers.length, 1);
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

test('kernels that no page can use are refused as workers refuse them', async () => {
  await rejects(world({ ...HERE, kernels: new Uint8Array(8) }), 'bad_kernels');
  const bad = new URL('../../../protocol/golden/bad/', import.meta.url);
  const expected = JSON.parse(await readFile(new URL('expected.json', bad), 'utf8'));
  for (const [name, { code, unless }] of Object.entries(expected)) {
    if (code && !unless) await rejects(world({ ...HERE, kernels: await readFile(new URL(`${name}.wasm`, bad)) }), code);
  }
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
