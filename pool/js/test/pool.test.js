import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';

import { UnjankError } from '../errors.js';
import { inverted, noise, world } from './world.js';

const SIZES = [64, 1 << 20];

/**
 * @param {Promise<unknown> | (() => unknown)} attempt
 * @param {string} code
 * @returns {Promise<UnjankError>}
 */
async function rejects(attempt, code) {
  try {
    await (typeof attempt === 'function' ? attempt() : attempt);
  } catch (error) {
    assert.ok(error instanceof UnjankError, String(error));
    assert.equal(error.code, code, error.message);
    return error;
  }
  assert.fail(`expected ${code}, and it went well`);
}

/** Everything that can happen now has. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => { setImmediate(done); });
};

test('a job comes back', async () => {
  const { pool } = await world();
  for (const size of SIZES) {
    const result = await pool.run('invert', {}, noise(size));
    assert.deepEqual(result, inverted(noise(size)));
  }
  await pool.close();
});

test('a large payload is moved, unless it is kept', async () => {
  const { pool } = await world();
  const kept = noise(1 << 20);
  assert.deepEqual(await pool.run('invert', {}, kept, { transfer: false }), inverted(kept));
  const moved = kept.slice();
  await pool.run('invert', {}, moved);
  assert.equal(moved.length, 0);
  await pool.close();
});

test('a part of a buffer stays with the page, and the rest of it is nobody\'s business', async () => {
  const { pool } = await world();
  const whole = noise(3 << 20);
  const part = whole.subarray(1 << 20, 2 << 20);
  assert.deepEqual(await pool.run('invert', {}, part), inverted(part));
  assert.equal(whole.length, 3 << 20);
  await pool.close();
});

test('chunks come in both orders and gather', async () => {
  const { pool } = await world({ workers: 2 });
  const source = noise(5 << 20);
  for (const order of /** @type {const} */ (['finish', 'source'])) {
    const seen = [];
    for await (const { index, start, units, bytes } of pool.mapChunks('invert', {}, source, { stride: 1024, order })) {
      assert.deepEqual(bytes, inverted(source.subarray(1024 * start, 1024 * (start + units))));
      seen.push(index);
    }
    assert.deepEqual(order === 'source' ? seen : seen.sort((a, b) => a - b), [0, 1, 2, 3, 4]);
  }
  assert.deepEqual(await pool.mapChunks('invert', {}, source, { stride: 1024 }).gather(), inverted(source));
  const expected = inverted(source);
  const inPlace = await pool.mapChunks('invert', {}, source, { stride: 1024 }).gatherInPlace();
  assert.equal(inPlace, source);
  assert.deepEqual(source, expected);
  await pool.close();
});

test('many jobs come back in their order', async () => {
  const { pool, workers } = await world({ queue: 64 });
  const payloads = Array.from({ length: 3000 }, (_, index) => Uint8Array.of(index, index >> 8));
  const results = await pool.runAll('invert', {}, payloads);
  assert.deepEqual(results, payloads.map(inverted));
  assert.ok((workers[0]?.posts ?? 0) < 1000);
  await pool.close();
});

test('a pool that is paused sends nothing until it goes on, or closes', async () => {
  for (const goOn of [/** @type {const} */ ('resume'), /** @type {const} */ ('close')]) {
    const { pool, workers } = await world();
    const before = workers[0]?.posts;
    pool.pause();
    const jobs = SIZES.map((size) => pool.run('invert', {}, noise(size)));
    const chunks = pool.mapChunks('invert', {}, noise(64), { stride: 1, chunkUnits: 16 }).gather();
    await settled();
    assert.equal(workers[0]?.posts, before);
    assert.equal(pool.stats().queued, 6);
    const closed = pool[goOn]();
    assert.deepEqual(await Promise.all(jobs), SIZES.map((size) => inverted(noise(size))));
    assert.deepEqual(await chunks, inverted(noise(64)));
    await closed;
    await pool.close();
  }
});

test('what waits in a paused pool can be late, and can be aborted', async () => {
  const { pool } = await world();
  pool.pause();
  const stop = new AbortController();
  for (const size of SIZES) {
    const late = await rejects(pool.run('invert', {}, noise(size), { deadlineMs: 1 }), 'deadline_exceeded');
    assert.deepEqual(late.payload, noise(size));
  }
  const jobs = SIZES.map((size) => pool.run('invert', {}, noise(size), { signal: stop.signal }));
  stop.abort();
  for (const job of jobs) await rejects(job, 'cancelled');
  await pool.close();
});

test('a pool grows and shrinks under its jobs, and loses none', async () => {
  const { pool, workers } = await world();
  for (const size of SIZES) {
    for (const count of [3, 1, 2, 1]) {
      const sent = Array.from({ length: 12 }, (_, index) => noise(size, index + 1));
      const jobs = sent.map((payload) => pool.run('invert', {}, payload, { transfer: false }));
      pool.resize(count);
      assert.deepEqual(await Promise.all(jobs), sent.map(inverted));
      await settled();
      assert.ok(pool.stats().workers.filter(({ state }) => state !== 'vacant').length <= count);
    }
  }
  assert.ok(workers.length > 3, 'it had more than it began with');
  await pool.close();
});

test('a number of workers that is none is named', async () => {
  const { pool } = await world();
  for (const none of [0, -1, 1.5, NaN, 65_536, '2', null, undefined]) {
    const error = await rejects(async () => pool.resize(/** @type {any} */ (none)), 'bad_option');
    assert.match(error.message, /workers.*whole number from 1 to 65535/);
  }
  await pool.close();
  pool.pause();
  pool.resize(2);
  pool.resume();
  assert.equal(pool.stats().workers.length, 1, 'a pool that is closed stays as it is');
});

test('an aborted signal moves nothing, whoever is asked', async () => {
  const { pool, workers } = await world();
  const signal = AbortSignal.abort('enough');
  for (const size of SIZES) {
    const sent = noise(size);
    for (const attempt of [
      () => pool.run('invert', {}, sent, { signal }),
      () => pool.runPiece('invert', {}, sent, { signal }),
      () => pool.runAll('invert', {}, [sent], { signal }),
      () => pool.mapChunks('invert', {}, sent, { stride: 16, signal }),
    ]) {
      assert.equal((await rejects(attempt, 'cancelled')).cause, 'enough');
    }
    assert.equal(sent.length, size);
  }
  assert.equal(workers[0]?.movedBytes, 0);
  assert.equal(pool.stats().submitted, 0);
  await pool.close();
});

test('jobs that are aborted in the call in which they were given never leave the page', async () => {
  const { pool, workers } = await world({ workers: 1, spares: 1 });
  await settled();
  for (const size of SIZES) {
    const stop = new AbortController();
    const payloads = [1, 2, 3].map((seed) => noise(size, seed));
    const jobs = payloads.map((payload) => pool.run('invert', {}, payload, { signal: stop.signal }));
    stop.abort(new Error('superseded'));
    for (const [index, job] of jobs.entries()) {
      const error = await rejects(job, 'cancelled');
      assert.equal(/** @type {Error} */ (error.cause).message, 'superseded');
      assert.equal(error.payload, payloads[index]);
    }
    assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
  }
  assert.equal(workers.length, 2, 'no worker was replaced');
  await pool.close();
});

test('one signal for many jobs: what is still on the page comes back, and one worker is replaced', async () => {
  const { pool, workers } = await world({ workers: 1, spares: 1 });
  await settled();
  const stop = new AbortController();
  const payloads = [1, 2].map((seed) => noise(1 << 20, seed));
  const jobs = payloads.map((payload) => pool.run('invert', {}, payload, { signal: stop.signal }));
  await null;
  await null;
  assert.equal(payloads[0]?.length, 0, 'the first is on its way');
  stop.abort();
  await rejects(/** @type {Promise<unknown>} */ (jobs[0]), 'cancelled');
  const { payload } = await rejects(/** @type {Promise<unknown>} */ (jobs[1]), 'cancelled');
  assert.equal(payload?.length, 1 << 20);
  await settled();
  assert.equal(workers.length, 3);
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
  await pool.close();
});

test('a trap, a kernel\'s error and a kernel that is not there have their names', async () => {
  const { pool } = await world();
  await rejects(pool.run('trap', {}, noise(8)), 'panicked');
  const { kernelCode } = await rejects(pool.run('fail', {}, noise(8)), 'kernel');
  assert.equal(kernelCode, 42);
  await rejects(pool.run('nobody', {}, noise(8)), 'unknown_kernel');
  await rejects(pool.run('invert', () => 1, noise(8)), 'bad_params');
  await rejects(pool.run('invert', {}, noise(8), { stride: 3 }), 'bad_plan');
  assert.deepEqual(await pool.run('invert', {}, noise(8)), inverted(noise(8)));
  await pool.close();
});

test('a worker that dies is replaced, and what can be sent again is', async () => {
  const { pool, workers } = await world();
  const kept = pool.run('invert', {}, noise(1 << 20), { transfer: false });
  await settled();
  const again = pool.run('invert', {}, noise(1 << 20), { transfer: false });
  await null;
  workers[0]?.crash('it died');
  assert.deepEqual(await kept, inverted(noise(1 << 20)));
  assert.deepEqual(await again, inverted(noise(1 << 20)));
  assert.equal(workers.length, 2);
  await pool.close();
});

test('chunks that were taken are not gathered, and those that are gathered not taken', async () => {
  const { pool } = await world();
  for (const length of [64, 1 << 20]) {
    const source = noise(length);
    const taken = pool.mapChunks('invert', {}, source, { stride: length / 4, chunkUnits: 1 });
    await taken.next();
    await rejects(taken.gather(), 'consumed');
    const gathered = pool.mapChunks('invert', {}, source, { stride: length / 4, chunkUnits: 1 });
    const whole = gathered.gather();
    await rejects(gathered.next(), 'consumed');
    await rejects(gathered.gatherInPlace(), 'consumed');
    assert.deepEqual(await whole, inverted(source));
  }
  await pool.close();
});

test('a gathering can be stopped', async () => {
  const { pool } = await world();
  const source = noise(4 << 20);
  const aborted = pool.mapChunks('invert', {}, source, { stride: 1 });
  const whole = aborted.gather();
  aborted.abort();
  await rejects(whole, 'cancelled');
  const left = pool.mapChunks('invert', {}, source, { stride: 1 });
  const other = left.gather();
  await left.return();
  await rejects(other, 'cancelled');
  assert.deepEqual(await left.next().catch((error) => error.code), 'consumed');
  assert.deepEqual(await pool.run('invert', {}, noise(64)), inverted(noise(64)));
  await pool.close();
});

test('a consumer that sleeps holds no more than was allowed, and others go on', async () => {
  const { pool } = await world({ workers: 2 });
  for (const [length, mark] of /** @type {const} */ ([[64, 512], [1 << 18, 1 << 20]])) {
    for (const order of /** @type {const} */ (['finish', 'source'])) {
      const source = noise(40 * length);
      const cut = { stride: length, chunkUnits: 1, highWaterMarkBytes: mark, order };
      const chunks = pool.mapChunks('invert', {}, source, cut);
      await settled();
      assert.deepEqual(await pool.run('invert', {}, noise(64)), inverted(noise(64)));
      await settled();
      assert.equal(chunks.done, mark / length);
      let taken = 0;
      for await (const { start, bytes } of chunks) {
        assert.deepEqual(bytes, inverted(source.subarray(length * start, length * (start + 1))));
        taken += 1;
        assert.ok(chunks.done - taken <= mark / length);
        if (taken % 7 === 0) await settled();
      }
      assert.equal(taken, 40);
    }
  }
  await pool.close();
});

test('a pool that is closed in the middle of a long copy settles every job', async () => {
  for (const mode of /** @type {const} */ (['abort', 'drain'])) {
    const { pool } = await world();
    const sent = noise(9 << 20);
    const jobs = [1, 2].map(() => pool.run('invert', {}, sent, { transfer: false }));
    await null;
    await null;
    const closed = pool.close(mode);
    const ends = await Promise.allSettled(jobs);
    assert.deepEqual(ends.map(({ status }) => status), Array(2).fill(mode === 'drain' ? 'fulfilled' : 'rejected'));
    await closed;
  }
});

test('a payload that is transferred elsewhere before it is sent costs its own job', async () => {
  const { pool } = await world();
  for (const size of SIZES) {
    for (const transfer of [true, false]) {
      const sent = noise(size);
      const jobs = [pool.run('invert', {}, sent, { transfer }), pool.run('invert', {}, noise(size))];
      structuredClone(sent, { transfer: [sent.buffer] });
      await rejects(/** @type {Promise<unknown>} */ (jobs[0]), 'undeliverable');
      assert.deepEqual(await jobs[1], inverted(noise(size)));
    }
  }
  await pool.close();
});

test('leaving a loop ends the work', async () => {
  const { pool } = await world();
  const chunks = pool.mapChunks('invert', {}, noise(1 << 20), { stride: 1024, chunkUnits: 1 });
  for await (const { bytes } of chunks) {
    assert.equal(bytes.length, 1024);
    break;
  }
  assert.deepEqual(await chunks.next(), { done: true, value: undefined });
  assert.equal(pool.stats().cancelled, 1);
  await pool.close();
});

test('a pool that is closed refuses by name, and its worker is gone', async () => {
  const { pool } = await world();
  const job = pool.run('invert', {}, noise(64));
  const closed = pool.close();
  await rejects(pool.run('invert', {}, noise(64)), 'closed');
  assert.deepEqual(await job, inverted(noise(64)));
  await closed;
  await pool.closed;
  await rejects(pool.run('invert', {}, noise(64)), 'closed');
  await rejects(() => pool.mapChunks('invert', {}, noise(64), { stride: 1 }), 'closed');
  await rejects(pool.ready(), 'closed');
  assert.equal(pool.stats().completed, 1);
  await pool.close('abort');
});

test('percentiles of waiting and running are in their order', async () => {
  const { pool } = await world();
  const none = { p50: 0, p90: 0, p99: 0, max: 0 };
  assert.deepEqual([pool.stats().waitingMs, pool.stats().runningMs], [none, none]);
  for (const size of SIZES) await pool.run('invert', {}, noise(size));
  const chunks = pool.mapChunks('invert', {}, noise(64), { stride: 1, chunkUnits: 16 });
  await chunks.gather();
  const { waitingMs, runningMs, workers } = pool.stats();
  for (const { p50, p90, p99, max } of [waitingMs, runningMs]) assert.ok(p50 <= p90 && p90 <= p99 && p99 <= max);
  assert.ok(runningMs.max > 0 && runningMs.max <= (workers[0]?.busyMs ?? 0));
  await pool.close();
  assert.deepEqual(pool.stats().runningMs, runningMs, 'a pool that is closed keeps them');
});
