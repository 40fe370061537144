import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inverted, noise, world } from './world.js';

/** Bytes of what is spread, in units of 4096; and of what is not. */
const LARGE = 16 << 20;
const SMALL = 1 << 20;
const STRIDE = 4096;
const SPREAD = { stride: STRIDE, spread: true };

const SOURCE = new Uint8Array(LARGE);
for (let at = 0; at < LARGE; at += 1021) SOURCE.set(noise(1021, at).subarray(0, LARGE - at), at);
const INVERTED = inverted(SOURCE);
/** Each byte and those beside it in units of `STRIDE`. */
const SUMMED = SOURCE.map((byte, at) => byte + (SOURCE[at - STRIDE] ?? 0) + (SOURCE[at + STRIDE] ?? 0));

/**
 * Something happens to a worker when it is given its part.
 *
 * @param {import('./world.js').FakeWorker} worker
 * @param {'holder' | 'helper'} part
 * @param {(worker: import('./world.js').FakeWorker) => void} act
 */
function when(worker, part, act) {
  const post = worker.postMessage.bind(worker);
  worker.postMessage = (message, transfer) => {
    post(message, transfer);
    const spread = message[2];
    if (spread && part === (spread.halo === undefined ? 'helper' : 'holder')) setImmediate(() => act(worker));
  };
}

/** @param {import('../pool.js').Pool} pool */
async function allReady(pool) {
  while (pool.stats().workers.some(({ state }) => state !== 'idle')) await new Promise((done) => { setImmediate(done); });
}

/** All workers are of use. @param {import('../pool.js').Pool} pool */
async function expectSound(pool) {
  const all = await Promise.all(pool.stats().workers.map(() => pool.run('invert', {}, SOURCE.slice(0, SMALL))));
  for (const result of all) assert.deepEqual(result, INVERTED.subarray(0, SMALL));
  // A helper hears that it is over a message later.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => { setImmediate(done); });
  const { inFlight, queued } = pool.stats();
  assert.deepEqual({ inFlight, queued }, { inFlight: 0, queued: 0 });
  await pool.close();
}

for (const workers of [1, 2, 3]) {
  test(`a large buffer is computed by ${workers} workers as by one`, async () => {
    const { pool, workers: made } = await world({ workers, minWorkers: workers });
    await allReady(pool);
    assert.deepEqual(await pool.run('invert', {}, SOURCE.slice()), INVERTED);
    assert.deepEqual(await pool.run('halo1', {}, SOURCE.slice(), SPREAD), SUMMED);
    assert.equal(made.length, workers);
    const busy = pool.stats().workers.filter(({ busyMs }) => busyMs > 0);
    assert.equal(busy.length, workers, 'all of them computed');
    await expectSound(pool);
  });
}

test('the page copies nothing, and gives one worker all of it', async () => {
  const { pool, workers } = await world({ workers: 2, minWorkers: 2 });
  await pool.run('halo1', {}, SOURCE.slice(), SPREAD);
  const moved = workers.map(({ movedBytes }) => movedBytes).sort((one, other) => one - other);
  assert.deepEqual(moved.slice(1), [LARGE]);
  assert.ok(Number(moved[0]) <= 2 * STRIDE);
  await expectSound(pool);
});

test('what may not be cut is not', async () => {
  const { pool, workers } = await world({ workers: 2, minWorkers: 2 });
  const sum = await pool.run('sum', {}, SOURCE.slice(), SPREAD);
  assert.equal(sum[0], BigInt(SOURCE.reduce((all, byte) => all + byte, 0)));
  assert.deepEqual(await pool.run('halo1', {}, SOURCE.slice(), { stride: STRIDE }), SUMMED);
  assert.deepEqual(await pool.run('halo1', {}, SOURCE, { ...SPREAD, transfer: false }), SUMMED);
  assert.equal(workers.filter(({ movedBytes }) => movedBytes > 0).length, 1);
  await expectSound(pool);
});

test('a helper that dies costs nothing but time', async () => {
  const { pool, workers } = await world({ workers: 2, minWorkers: 2 });
  for (const worker of workers) when(worker, 'helper', () => worker.crash('as it was told to'));
  assert.deepEqual(await pool.run('halo1', {}, SOURCE.slice(), SPREAD), SUMMED);
  await expectSound(pool);
});

test('a holder that dies takes its job along, and no helper waits for it', async () => {
  const { pool, workers } = await world({ workers: 3, minWorkers: 3 });
  for (const worker of workers) when(worker, 'holder', () => worker.crash('as it was told to'));
  await assert.rejects(pool.run('halo1', {}, SOURCE.slice(), SPREAD), { code: 'worker_lost' });
  await expectSound(pool);
});

test('a job that is stopped lets its helpers go', async () => {
  for (const part of /** @type {const} */ (['holder', 'helper'])) {
    const { pool, workers } = await world({ workers: 3, minWorkers: 3 });
    const controller = new AbortController();
    for (const worker of workers) when(worker, part, () => controller.abort());
    const run = pool.run('halo1', {}, SOURCE.slice(), { ...SPREAD, signal: controller.signal });
    await assert.rejects(run, { code: 'cancelled' });
    await expectSound(pool);
  }
});

test('what goes wrong has the same outcome as with one worker', async () => {
  for (const kernel of ['fail', 'trap']) {
    const outcomes = [];
    for (const spread of [false, true]) {
      const { pool } = await world({ workers: 2, minWorkers: 2 });
      const run = pool.run(kernel, {}, SOURCE.slice(), { stride: STRIDE, spread });
      outcomes.push(await run.then(() => assert.fail('it went well'), ({ code, message, kernelCode }) => ({ code, message, kernelCode })));
      await expectSound(pool);
    }
    assert.deepEqual(outcomes[1], outcomes[0]);
  }
});

test('whoever comes meanwhile is answered', async () => {
  const { pool } = await world({ workers: 2, minWorkers: 2 });
  const run = pool.run('halo1', {}, SOURCE.slice(), SPREAD);
  const bytes = Array.from({ length: 50 }, (_, byte) => new Uint8Array([byte]));
  const answers = await Promise.all(bytes.map((byte) => pool.run('invert', {}, byte)));
  assert.deepEqual(answers, bytes.map(inverted));
  assert.deepEqual(await run, SUMMED);
  await expectSound(pool);
});

test('several at a time share the workers', async () => {
  const { pool } = await world({ workers: 3 });
  const runs = Array.from({ length: 6 }, () => pool.run('halo1', {}, SOURCE.slice(), SPREAD));
  for (const result of await Promise.all(runs)) assert.deepEqual(result, SUMMED);
  await expectSound(pool);
});

test('a queue without room is no reason to wait for help', async () => {
  const { pool } = await world({ workers: 2, queue: 1 });
  assert.deepEqual(await pool.run('halo1', {}, SOURCE.slice(), SPREAD), SUMMED);
  await pool.close();
});

test('a pool that closes finishes what it has, with help or without', async () => {
  const { pool } = await world({ workers: 2, minWorkers: 2 });
  const run = pool.run('halo1', {}, SOURCE.slice(), SPREAD);
  const closed = pool.close();
  assert.deepEqual(await run, SUMMED);
  await closed;
  const other = await world({ workers: 2, minWorkers: 2 });
  const stopped = other.pool.run('halo1', {}, SOURCE.slice(), SPREAD);
  await Promise.all([other.pool.close('abort'), assert.rejects(stopped, { code: 'cancelled' })]);
});
