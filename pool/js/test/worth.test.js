import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isWorthNoTrip, learn } from '../worth.js';
import { inverted, noise, world } from './world.js';

/** Tasks of 64 bytes and of so many milliseconds. */
const known = (/** @type {number} */ tasks, /** @type {number} */ each) => ({ tasks, ms: tasks * each, bytes: 64 * tasks });

test('what is worth no trip', () => {
  /** @type {[string, Parameters<typeof isWorthNoTrip>, boolean][]} */
  const table = [
    ['as cheap as can be', [known(16, 0), 64, 0.1, 1], true],
    ['cheap', [known(16, 0.019), 64, 0.1, 1], true],
    ['cheap, and shorter', [known(16, 0.009), 1, 0.1, 1], true],
    ['cheap, and a little longer', [known(16, 0.009), 128, 0.1, 1], true],
    ['at the edge', [known(16, 2 ** -7), 64, 0.1, 1], true],
    ['nobody knows', [known(0, 0), 64, 0.1, 1], false],
    ['too few know', [known(15, 0), 64, 0.1, 1], false],
    ['too dear', [known(16, 0.021), 64, 0.1, 1], false],
    ['too long', [known(16, 0.019), 128, 0.1, 1], false],
    ['no time is left', [known(16, 0.009), 64, 0.1, 0.008], false],
    ['time was overdrawn', [known(16, 0), 64, 0.1, -Infinity], false],
    ['it trapped once', [known(16, Infinity), 64, 0.1, 1], false],
    ['it trapped at first', [{ tasks: 0, ms: Infinity, bytes: 0 }, 64, 0.1, 1], false],
    ['it trapped, and then went well', [{ tasks: 100, ms: Infinity, bytes: 6400 }, 1, 0.1, 1], false],
    ['nothing to work on, and never was', [{ tasks: 16, ms: 0.1, bytes: 0 }, 0, 0.1, 1], true],
    ['something, where there was nothing', [{ tasks: 16, ms: 0.1, bytes: 0 }, 4096, 0.1, 1], false],
    ['a trip is short', [known(16, 0.009), 64, 0.04, 1], false],
    ['a trip is long', [known(16, 0.09), 64, 0.5, 1], true],
  ];
  for (const [what, given, expected] of table) assert.equal(isWorthNoTrip(...given), expected, what);
});

test('what was slow at first is forgotten, and what trapped is not', () => {
  const kernel = { tasks: 0, ms: 0, bytes: 0 };
  learn(kernel, 64, 5);
  let others = 0;
  for (; !isWorthNoTrip(kernel, 64, 0.1, 1); others += 1) learn(kernel, 64, 0.002);
  assert.ok(others >= 15 && others < 200, `${others} tasks after it`);
  assert.ok(kernel.tasks <= 33 && Math.round(kernel.bytes / kernel.tasks) === 64);
  kernel.ms = Infinity;
  for (let task = 0; task < 1000; task += 1) learn(kernel, 64, 0);
  assert.ok(!isWorthNoTrip(kernel, 64, 0.1, 1));
});

/**
 * A pool by a clock that a test sets, whose workers have measured a kernel often enough.
 *
 * @param {import('node:test').TestContext} context
 */
async function measured(context, options = {}) {
  const clock = { now: 1, step: 0 };
  context.mock.method(performance, 'now', () => (clock.now += clock.step));
  const { pool, workers } = await world({ inline: 'auto', ...options });
  for (let job = 0; job < 16; job += 1) assert.deepEqual(await invert(pool, 64), inverted(noise(64)));
  assert.equal(pool.stats().atOnce, 0);
  const worker = /** @type {import('./world.js').FakeWorker} */ (workers[0]);
  return { pool, clock, worker, posts: () => worker.posts };
}

/** @param {import('../types.d.ts').Pool} pool @param {number} length */
const invert = (pool, length, options = {}) => pool.run('invert', {}, noise(length), options);

test('a lone tiny job runs at once, and a large one goes to a worker', async (context) => {
  const { pool, posts } = await measured(context);
  const before = posts();
  for (const length of [64, 1, 64]) assert.deepEqual(await invert(pool, length), inverted(noise(length)));
  const { slot, bytes, units } = await pool.runPiece('invert', {}, noise(64), { stride: 4 });
  assert.deepEqual([slot, units, bytes], [-1, 16, inverted(noise(64))]);
  assert.equal(posts(), before);
  assert.deepEqual(await invert(pool, 1 << 20), inverted(noise(1 << 20)));
  assert.equal(posts(), before + 1);
  const { atOnce, completed } = pool.stats();
  assert.deepEqual([atOnce, completed], [4, 17]);
  await pool.close();
});

test('results are read and refused as those of workers', async (context) => {
  const { pool } = await measured(context);
  const into = new Uint8Array(64);
  assert.equal(await invert(pool, 64, { into, exact: true }), into);
  assert.deepEqual(into, inverted(noise(64)));
  await assert.rejects(invert(pool, 64, { stride: 3 }), { code: 'bad_plan' });
  await assert.rejects(invert(pool, 64, { signal: AbortSignal.abort() }), { code: 'cancelled' });
  await pool.close();
  await assert.rejects(invert(pool, 64), { code: 'closed' });
});

test('nothing overtakes, and a pause holds everything', async (context) => {
  const { pool, posts } = await measured(context);
  const before = posts();
  const order = /** @type {string[]} */ ([]);
  const large = invert(pool, 1 << 20).then(() => order.push('large'));
  const tiny = invert(pool, 64).then(() => order.push('tiny'));
  await Promise.all([large, tiny]);
  assert.deepEqual(order, ['large', 'tiny']);
  assert.ok(posts() > before);
  pool.pause();
  const held = invert(pool, 64);
  assert.equal(pool.stats().queued, 1);
  pool.resume();
  assert.deepEqual(await held, inverted(noise(64)));
  const { atOnce } = pool.stats();
  assert.deepEqual(await invert(pool, 64), inverted(noise(64)));
  assert.equal(pool.stats().atOnce, atOnce + 1);
  await pool.close();
});

test('what is left of a turn is spent, and then workers have the rest', async (context) => {
  const { pool, clock, posts } = await measured(context);
  const before = posts();
  // Seen once before and once after; and by the loop between.
  clock.step = 0.1;
  let jobs = 0;
  for (; posts() === before && jobs < 100; jobs += 1) await invert(pool, 64);
  const { atOnce } = pool.stats();
  assert.ok(atOnce >= 1 && atOnce <= 10, `${atOnce} jobs in a millisecond`);
  await pool.close();
});

test('a kernel that was slow once goes to workers from then on', async (context) => {
  const { pool, clock } = await measured(context);
  clock.step = 8;
  assert.deepEqual(await invert(pool, 64), inverted(noise(64)));
  clock.step = 0;
  assert.equal(pool.stats().atOnce, 1);
  for (let job = 0; job < 40; job += 1) await invert(pool, 64);
  assert.equal(pool.stats().atOnce, 1);
  await pool.close();
});

test('a trap fails its job as a worker says, whoever it was', async (context) => {
  const { pool } = await measured(context);
  for (let job = 0; job < 20; job += 1) {
    await assert.rejects(pool.run('trap', {}, noise(64)), { code: 'panicked' });
    await assert.rejects(pool.run('fail', {}, noise(64)), { code: 'kernel', kernelCode: 42 });
  }
  assert.equal(pool.stats().atOnce, 0);
  assert.deepEqual(await invert(pool, 64), inverted(noise(64)));
  assert.equal(pool.stats().atOnce, 1);
  await pool.close();
});

test('a page that computes all by itself has the shortcut too', async (context) => {
  context.mock.method(performance, 'now', () => 1);
  const { pool } = await world({ inline: 'auto', workers: 0, worker: undefined });
  for (let job = 0; job < 17; job += 1) assert.deepEqual(await invert(pool, 64), inverted(noise(64)));
  assert.equal(pool.stats().atOnce, 1);
  await pool.close();
});

test('a pool that was not told to goes to its workers', async (context) => {
  const { pool, posts } = await measured(context, { inline: undefined });
  const before = posts();
  await invert(pool, 64);
  assert.equal(posts(), before + 1);
  await pool.close();
});
