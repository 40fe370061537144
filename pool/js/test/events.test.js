import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UnjankError } from '../errors.js';
import { teller } from '../later/events.js';
import { FakeWorker, inverted, noise, world } from './world.js';

/**
 * @import { Happening, Listener } from '../later/events.js'
 * @import { PoolEvents } from '../types.d.ts'
 */

const SIZES = [64, 1 << 20];
const EVENTS = /** @type {const} */ (['worker', 'idle', 'empty', 'room', 'closed']);

/** Everything that can happen now has. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => { setImmediate(done); });
};

/**
 * What a pool tells from here on, in words.
 *
 * @param {Awaited<ReturnType<typeof world>>['pool']} pool
 * @param {readonly (keyof PoolEvents)[]} [events]
 */
function heard(pool, events = EVENTS) {
  /** @type {string[]} */
  const told = [];
  for (const event of events) {
    pool.on(event, (/** @type {any} */ change) => {
      if (event !== 'worker') assert.equal(change, undefined);
      told.push(change ? [change.slot, change.generation, change.state, change.reason, change.error?.code].join(' ').trim() : event);
    });
  }
  return told;
}

/** @param {keyof PoolEvents} event @param {string[]} told @returns {Listener} */
const listener = (event, told, word = event) => ({ event, listener: () => { told.push(word); }, signal: undefined });

test('a job makes a pool busy, and when it comes to an end leaves it empty and then idle', async () => {
  const { pool } = await world();
  const told = heard(pool, ['busy', 'idle', 'empty']);
  for (const size of SIZES) {
    for (const transfer of [true, false]) {
      const job = pool.run('invert', {}, noise(size), { transfer }).then(() => told.push('result'));
      await job;
      await settled();
      assert.deepEqual(told.splice(0), ['busy', 'empty', 'result', 'idle']);
    }
  }
  await pool.close();
});

test('jobs that are given together are one change', async () => {
  const { pool } = await world({ workers: 2 });
  const told = heard(pool, ['busy', 'idle', 'empty']);
  const payloads = Array.from({ length: 50 }, (_, seed) => noise(64, seed));
  await pool.runAll('invert', {}, payloads);
  await Promise.all(payloads.map((payload) => pool.run('invert', {}, payload)));
  await settled();
  assert.deepEqual(told, ['busy', 'empty', 'idle', 'busy', 'empty', 'idle']);
  await pool.close();
});

test('what is aborted in the call in which it was given is over nevertheless', async () => {
  const { pool } = await world();
  const told = heard(pool, ['busy', 'idle', 'empty']);
  const stop = new AbortController();
  const job = pool.run('invert', {}, noise(64), { signal: stop.signal });
  stop.abort();
  await assert.rejects(job);
  await settled();
  assert.deepEqual(told, ['busy', 'empty', 'idle']);
  await pool.close();
});

test('a queue that was full has room again, even if that was so for a moment only', async () => {
  const { pool } = await world({ queue: 1 });
  const told = heard(pool, ['room']);
  for (const size of SIZES) {
    pool.pause();
    const job = pool.run('invert', {}, noise(size));
    const refused = pool.run('invert', {}, noise(size));
    pool.resume();
    await assert.rejects(refused, { code: 'queue_full' });
    await settled();
    assert.deepEqual(told.splice(0), ['room']);
    await job;
  }
  pool.pause();
  const waiting = pool.run('invert', {}, noise(64));
  await settled();
  assert.deepEqual(told, []);
  pool.resume();
  await waiting;
  await settled();
  assert.deepEqual(told, ['room']);
  await pool.close();
});

test('room is no news in a pool that closes', async () => {
  const { pool } = await world({ queue: 1 });
  const told = heard(pool, ['room', 'idle', 'closed']);
  pool.pause();
  const job = pool.run('invert', {}, noise(64));
  await settled();
  const closed = pool.close();
  await job;
  await closed;
  await settled();
  assert.deepEqual(told, ['idle', 'closed']);
});

test('workers come, die, are stopped and go', async () => {
  const { pool, workers } = await world({ workers: 1 });
  const told = heard(pool);
  await settled();
  workers[0]?.crash('it died');
  await pool.run('invert', {}, noise(64));
  await settled();
  assert.deepEqual(told.splice(0).filter((word) => /^\d/.test(word)), ['0 0 gone lost init_failed', '0 1 starting', '0 1 ready']);
  const stop = new AbortController();
  const job = pool.run('invert', {}, noise(1 << 20), { signal: stop.signal });
  await null;
  await null;
  stop.abort();
  await assert.rejects(job, { code: 'cancelled' });
  await pool.run('invert', {}, noise(64));
  await settled();
  assert.deepEqual(told.splice(0).filter((word) => /^\d/.test(word)), ['0 1 gone stopped', '0 2 starting', '0 2 ready']);
  await pool.close();
  await settled();
  assert.deepEqual(told, ['0 2 gone closed', 'closed']);
});

test('a worker that cannot be made is gone as soon as it was to start, and its error says why', async () => {
  let makes = true;
  const worker = () => {
    if (!makes) throw new Error('no more');
    return /** @type {any} */ (new FakeWorker());
  };
  const { pool } = await world({ workers: 2, worker });
  const told = heard(pool, ['worker']);
  makes = false;
  await Promise.all([1, 2].map((seed) => pool.run('invert', {}, noise(1 << 20, seed))));
  await settled();
  assert.deepEqual(told.slice(0, 2), ['1 0 starting', '1 0 gone lost init_failed']);
  await pool.close();
});

test('a listener may call anything of the pool', async () => {
  const { pool } = await world();
  /** @type {Promise<Uint8Array>[]} */
  const results = [];
  let left = 3;
  await new Promise((done) => {
    pool.on('idle', () => {
      pool.stats();
      pool.resize(1 + left);
      if (left > 0) results.push(pool.run('invert', {}, noise(64, left)));
      else done(pool.close());
      left -= 1;
    });
    results.push(pool.run('invert', {}, noise(64)));
  });
  assert.equal((await Promise.all(results)).length, 4);
  await pool.closed;
});

test('what a listener throws is an error that nobody caught, and the next one hears', async () => {
  const { pool } = await world();
  /** @type {unknown[]} */
  const uncaught = [];
  const { reportError } = globalThis;
  // As browsers have it.
  globalThis.reportError = (error) => { uncaught.push(error); };
  const told = ['before'];
  pool.on('idle', () => { throw new Error('mine'); });
  pool.on('idle', () => told.push('idle'));
  assert.deepEqual(await pool.run('invert', {}, noise(64)), inverted(noise(64)));
  await settled();
  globalThis.reportError = reportError;
  assert.deepEqual(told, ['before', 'idle']);
  assert.deepEqual(uncaught.map((error) => /** @type {Error} */ (error).message), ['mine']);
  await pool.close();
});

test('who is stopped hears nothing more, by the function or by a signal', async () => {
  const { pool } = await world();
  /** @type {string[]} */
  const told = [];
  const stop = new AbortController();
  const end = pool.on('idle', () => told.push('by function'));
  pool.on('idle', () => told.push('by signal'), { signal: stop.signal });
  pool.on('idle', () => told.push('never'), { signal: AbortSignal.abort() });
  pool.on('idle', () => told.push('each time'));
  await pool.run('invert', {}, noise(64));
  await settled();
  assert.deepEqual(told.splice(0), ['by function', 'by signal', 'each time']);
  end();
  end();
  stop.abort();
  await pool.run('invert', {}, noise(64));
  await settled();
  assert.deepEqual(told, ['each time']);
  await pool.close();
});

test('what is no event, no listener and no option is named', async () => {
  const { pool } = await world();
  const on = /** @type {any} */ (pool.on.bind(pool));
  for (const [attempt, text] of /** @type {[() => unknown, RegExp][]} */ ([
    [() => on('rom', () => 0), /`rom` isn't an event of a pool: did you mean `room`\?/],
    [() => on('drain', () => 0), /there is `/],
    [() => on(Symbol('x'), () => 0), /Symbol\(x\)/],
    [() => on(undefined, () => 0), /`undefined`/],
    [() => on('toString', () => 0), /`toString`/],
    [() => on('idle'), /expected `listener` to be a function, got undefined/],
    [() => on('idle', { handleEvent() {} }), /got Object/],
    [() => on('idle', () => 0, { once: true }), /`once` isn't an option of on: .*`signal`/],
    [() => on('idle', () => 0, { signal: {} }), /expected `signal` to be an AbortSignal/],
  ])) {
    assert.throws(attempt, (error) => error instanceof UnjankError && error.code === 'bad_option' && text.test(error.message));
  }
  await pool.close();
});

test('who listens to a pool that has closed is told', async () => {
  const { pool } = await world();
  const before = heard(pool);
  await pool.close();
  await settled();
  const after = heard(pool);
  await settled();
  assert.deepEqual([before, after], [['0 0 gone closed', 'closed'], ['closed']]);
  const late = await world();
  await late.pool.close();
  const told = heard(late.pool);
  await settled();
  assert.deepEqual(told, ['closed']);
});

test('what happened before the listener came is not its own', async () => {
  /** @type {string[]} */
  const told = [];
  /** @type {Happening[]} */
  const early = [
    [0, true, true, 'open'], [1, false, false, 'open'], listener('room', told), [1, true, true, 'open'],
    listener('idle', told), listener('idle', told, 'worker'), [0, true, true, 'open'],
  ];
  const tell = teller(early);
  assert.deepEqual(told, [], 'nobody is told at once');
  await null;
  assert.deepEqual(told.splice(0), ['room', 'idle', 'worker']);
  tell([0, true, true, 'failed']);
  tell([0, true, false, 'failed']);
  tell([0, true, true, 'failed']);
  await null;
  assert.deepEqual(told.splice(0), [], 'a pool without workers has no room to speak of');
  tell([0, true, true, 'opening']);
  await null;
  assert.deepEqual(told, ['room']);
});
