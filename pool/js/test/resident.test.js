import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Leftovers } from '../../../worker/js/leftovers.js';
import { module } from '../../../worker/js/test/modules.js';
import { FakeWorker, inverted, noise, world } from './world.js';

/** Bytes of a unit; and of what is kept: by one worker, and by two. */
const STRIDE = 64;
const SIZES = [64, 4 << 20];

/** @param {number} length */
function sourceOf(length) {
  const source = new Uint8Array(length);
  for (let at = 0; at < length; at += 1021) source.set(noise(1021, at).subarray(0, length - at), at);
  return source;
}

/** Each byte and those beside it in the next units. @param {Uint8Array} bytes */
const summed = (bytes) => bytes.map((byte, at) => byte + (bytes[at - STRIDE] ?? 0) + (bytes[at + STRIDE] ?? 0));

/** @param {import('./world.js').FakeWorker[]} workers */
const moved = (workers) => workers.reduce((sum, { movedBytes }) => sum + movedBytes, 0);

/** Everything that was asked of workers has ended. @param {import('../pool.js').Pool} pool */
async function atRest(pool) {
  while (pool.stats().inFlight + pool.stats().queued > 0) await new Promise((done) => { setImmediate(done); });
}

for (const size of SIZES) {
  test(`${size} bytes are sent once, and kernels compute from them whenever they are asked`, async () => {
    const { pool, workers } = await world({ workers: 2 });
    const source = sourceOf(size);
    const data = await pool.load(source, { stride: STRIDE, halo: 2 });
    assert.deepEqual([data.units, data.stride, data.halo], [size / STRIDE, STRIDE, 2]);
    const loaded = moved(workers);
    assert.deepEqual(await data.run('halo1', {}), summed(source));
    assert.deepEqual(await data.run('invert', {}), inverted(source));
    assert.ok(moved(workers) - loaded < 6 * 4200, 'what went along has no meaning');
    await pool.close();
  });

  test(`what is made of ${size} bytes is kept where it was made, with the context that is left`, async () => {
    const { pool } = await world({ workers: 2 });
    const source = sourceOf(size);
    const data = await pool.load(source, { stride: STRIDE, halo: 2 });
    const once = await data.keep('halo1', {});
    data.release();
    const twice = await once.keep('halo1', {});
    assert.deepEqual(await once.run('invert', {}), inverted(summed(source)));
    assert.deepEqual(await twice.run('invert', {}), inverted(summed(summed(source))));
    if (size > 64) {
      assert.deepEqual([once.halo, twice.halo], [1, 0]);
      await assert.rejects(twice.run('halo1', {}), { code: 'bad_plan', message: /halo: 1/ });
    }
    await pool.close();
  });

  test(`kernels are run on ${size} bytes one after the other, and only the last result comes back`, async () => {
    const { pool, workers } = await world({ workers: 2 });
    const source = sourceOf(size);
    const data = await pool.load(source, { stride: STRIDE, halo: 2 });
    const thrice = data.through('halo1', {}).through('halo1', {});
    const expected = inverted(summed(summed(source)));
    const loaded = moved(workers);
    assert.deepEqual(await thrice.run('invert', {}), expected);
    assert.deepEqual(await thrice.run('invert', {}), expected, 'it can be run again');
    for (const chunkUnits of [1 + (size >> 8), 1000]) {
      const [whole, chunks] = [new Uint8Array(size), thrice.map('invert', {}, { chunkUnits })];
      for await (const { start, bytes } of chunks) whole.set(bytes, start * STRIDE);
      assert.deepEqual(whole, expected);
    }
    const kept = await data.through('invert', {}).keep('halo1', {});
    assert.deepEqual(await kept.run('invert', {}), inverted(summed(inverted(source))));
    assert.ok(moved(workers) - loaded < 12 * 4200, 'what went along has no meaning');
    if (size > 64) {
      assert.equal(kept.halo, 1);
      await assert.rejects(thrice.run('halo1', {}), { code: 'bad_plan', message: /needs 3 units of context in front and 3 behind/ });
    }
    data.release();
    for (const late of [() => data.through('invert', {}), () => thrice.map('invert', {})]) assert.throws(late, { code: 'released' });
    await pool.close();
  });

  test(`of ${size} bytes a range of units is computed, wherever it lies`, async () => {
    const { pool } = await world({ workers: 2 });
    const source = sourceOf(size);
    const [data, expected] = [await pool.load(source, { stride: STRIDE, halo: 1 }), summed(source)];
    const units = size / STRIDE;
    const middle = units >> 1;
    const ranges = [[0, units], [0, 1], [units - 1, 1], [middle >> 1, middle || 1], [middle, units - middle]];
    for (const [first = 0, count = 0] of ranges) {
      const due = expected.subarray(first * STRIDE, (first + count) * STRIDE);
      const options = { range: { first, count }, chunkUnits: 1000 };
      assert.deepEqual(await data.run('halo1', {}, options), due);
      const chunks = data.through('invert', {}).map('invert', {}, { ...options, order: 'source' });
      let next = first;
      for await (const { start, units: all, index } of chunks) {
        assert.equal(start, next);
        next += all;
        assert.ok(index < chunks.total);
      }
      assert.equal(next, first + count);
    }
    for (const range of [{ first: units, count: 1 }, { first: 0, count: units + 1 }]) {
      assert.throws(() => data.map('invert', {}, { range }), { code: 'bad_plan', message: /reach past the/ });
    }
    for (const range of [{ first: 0, count: 0 }, { first: -1, count: 1 }, { count: 1 }, 9]) {
      assert.throws(() => data.map('invert', {}, /** @type {any} */ ({ range })), { code: 'bad_option', message: /range/ });
    }
    await pool.close();
  });

  test(`a function gives ${size} bytes part by part: the page copies none that are given away`, async () => {
    const { pool, workers } = await world({ workers: 2, minWorkers: 2 });
    const source = sourceOf(size);
    /** @type {Uint8Array[]} */
    const given = [];
    const options = { stride: STRIDE, units: size / STRIDE, halo: 1 };
    const data = await pool.load(async ({ first, count }) => {
      const part = source.slice(first * STRIDE, (first + count) * STRIDE);
      given.push(part);
      return part;
    }, options);
    assert.deepEqual(await data.run('halo1', {}), summed(source));
    assert.ok(given.every(({ length }) => length === 0), 'they are where they are needed');
    // Those that are started meanwhile among them: then a pool takes a rest.
    for (const worker of workers) worker.crash('gone');
    assert.deepEqual(await data.run('halo1', {}), summed(source), 'it is asked again');
    const viewed = await pool.load(({ first, count }) => source.subarray(first * STRIDE, (first + count) * STRIDE), { ...options, halo: 0 });
    assert.deepEqual(await viewed.run('invert', {}), inverted(sourceOf(size)));
    await pool.close();
  });

  test(`a worker of ${size} bytes that ends costs nothing but time`, async () => {
    const { pool, workers } = await world({ workers: 2, minWorkers: 2 });
    const source = sourceOf(size);
    let asked = 0;
    const data = await pool.load(source, {
      stride: STRIDE,
      halo: 1,
      source({ first, count }) {
        asked += 1;
        return Promise.resolve(source.slice(first * STRIDE, (first + count) * STRIDE));
      },
    });
    const kept = await data.keep('invert', {});
    for (let death = 0; death < 2; death += 1) {
      for (const worker of workers.slice(-2)) worker.crash('gone');
      assert.deepEqual(await kept.run('invert', {}), source);
      assert.deepEqual(await data.run('halo1', {}), summed(source));
    }
    assert.ok(asked > 0);
    await pool.close();
  });
}

test('no piece cuts a grain, however long a unit is', async () => {
  // Its grain is 4: it traps for anything else.
  const whole = `(if (i32.and (i32.eq (local.get $kernel) (i32.const 7)) (i32.and (call $length (i32.const 0)) (i32.const 3)))
    (then (unreachable))) (call $invert)`;
  const kernels = module({ text: (text) => text.replace('(call $invert)', whole) });
  const { pool } = await world({ workers: 1, kernels });
  const source = sourceOf(3 << 20);
  const data = await pool.load(source, { stride: 3 });
  assert.deepEqual(await data.run('grain', {}), inverted(source));
  assert.deepEqual(await data.through('invert', {}).run('grain', {}), source);
  await pool.close();
});

test('workers that do not find their script say so, whatever the first kernel makes of it', async () => {
  /** Where nothing is. */
  class Lost extends FakeWorker {
    /** @param {any} message @param {(ArrayBuffer | MessagePort)[]} transfer */
    postMessage(message, transfer) {
      if (message[2]) message[2].url = 'file:///nowhere.js';
      super.postMessage(message, transfer);
    }
  }
  const worker = () => /** @type {any} */ (new Lost());
  const trapping = module({ text: (text) => text.replace('(call $invert)', '(unreachable)') });
  for (const kernels of [module(), trapping]) {
    const { pool } = await world({ worker, kernels });
    await assert.rejects(pool.load(sourceOf(4 << 20), { stride: STRIDE }), { code: 'part_unavailable', message: /workers found none/ });
    await pool.close();
  }
});

test('results come in the order of the source if that is wanted, and only as fast as they are taken', async () => {
  const { pool } = await world({ workers: 2 });
  const source = sourceOf(1 << 20).map((_, at) => at / STRIDE);
  const data = await pool.load(source, { stride: STRIDE });
  for (const order of /** @type {const} */ (['source', 'finish'])) {
    const chunks = data.map('invert', {}, { order, chunkUnits: 100, highWaterMarkBytes: 3 * 6400 });
    assert.equal(chunks.total, 164);
    await atRest(pool);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => { setImmediate(done); });
    assert.ok(chunks.done <= 4, `${chunks.done} results wait`);
    assert.equal(pool.stats().inFlight, 0, 'who waits for a consumer keeps no worker');
    const starts = [];
    for await (const { start, units, bytes } of chunks) {
      starts.push(start);
      assert.deepEqual(bytes, inverted(source.subarray(start * STRIDE, (start + units) * STRIDE)));
    }
    assert.equal(starts.length, 164);
    if (order === 'source') assert.deepEqual(starts, starts.toSorted((one, other) => one - other));
  }
  await pool.close();
});

test('leaving the results ends the work, and the worker goes on', async () => {
  const { pool } = await world({ workers: 2 });
  const data = await pool.load(sourceOf(4 << 20), { stride: STRIDE });
  for await (const _ of data.map('invert', {}, { chunkUnits: 64 })) break;
  const aborted = data.map('invert', {}, { chunkUnits: 64 });
  aborted.abort();
  await assert.rejects(aborted.next(), { code: 'cancelled' });
  const reason = new Error('enough');
  const controller = new AbortController();
  const runs = [data.run('invert', {}, { signal: controller.signal }), data.keep('invert', {}, { signal: controller.signal })];
  controller.abort(reason);
  for (const run of runs) await assert.rejects(run, { code: 'cancelled', cause: reason });
  await assert.rejects(data.run('invert', {}, { deadlineMs: 0 }), { code: 'deadline_exceeded' });
  await atRest(pool);
  assert.ok(pool.stats().workers.every(({ generation }) => generation === 0), 'none was ended for it');
  assert.deepEqual(await data.run('invert', {}), inverted(sourceOf(4 << 20)));
  await pool.close();
});

test('what is wrong is said by name, and nothing is kept', async () => {
  const { pool, workers } = await world({ workers: 2, minWorkers: 2, residentBytes: 5 << 20 });
  const source = sourceOf(4 << 20);
  await assert.rejects(pool.load(source, { stride: 60 }), { code: 'bad_plan' });
  await assert.rejects(pool.load(source, /** @type {any} */ ({})), { code: 'bad_option' });
  await assert.rejects(pool.load(source, { stride: STRIDE, source: /** @type {any} */ ('page') }), { code: 'bad_option' });
  await assert.rejects(pool.load(source, { stride: STRIDE, units: 9 }), { code: 'bad_option', message: /leave `units` out/ });
  await assert.rejects(pool.load(() => source, { stride: STRIDE }), { code: 'bad_option', message: /give load `units`/ });
  await assert.rejects(pool.load(() => new Uint8Array(1), { stride: STRIDE, units: 9 }), { code: 'resident_lost', message: /gave 1 bytes for units 0 to 9/ });
  const broken = new Error('no file');
  await assert.rejects(pool.load(() => Promise.reject(broken), { stride: STRIDE, units: 9 }), broken);
  await assert.rejects(pool.load(source, { stride: STRIDE, signal: AbortSignal.abort('no') }), { code: 'cancelled', cause: 'no' });
  const controller = new AbortController();
  const loading = pool.load(source, { stride: STRIDE, signal: controller.signal });
  controller.abort('no more');
  await assert.rejects(loading, { code: 'cancelled', cause: 'no more' });

  const data = await pool.load(source, { stride: STRIDE, source: 'none' });
  await assert.rejects(pool.load(source, { stride: STRIDE }), { code: 'resident_full', message: /release something/ });
  await assert.rejects(data.keep('invert', {}), { code: 'resident_full' });
  assert.throws(() => data.map('sum', {}), { code: 'bad_plan', message: /use run/ });
  assert.throws(() => data.map('nothing', {}), { code: 'unknown_kernel' });
  assert.throws(() => data.through('nothing', {}), { code: 'unknown_kernel' });
  assert.throws(() => data.through('sum', {}), { code: 'bad_plan' });
  for (const halfway of [data.through('trap', {}), data.through('invert', {}).through('trap', {})]) {
    await assert.rejects(halfway.run('invert', {}), { code: 'panicked' });
  }
  await assert.rejects(data.through('invert', {}).run('fail', {}), { code: 'kernel', kernelCode: 42 });
  assert.throws(() => data.map('invert', {}, /** @type {any} */ ({ stride: 4 })), { code: 'bad_option' });
  await assert.rejects(data.run('trap', {}), { code: 'panicked' });
  assert.deepEqual(await data.run('invert', {}), inverted(source), 'a trap costs no data');
  workers[0]?.crash('gone');
  await assert.rejects(data.run('invert', {}), { code: 'resident_lost' });
  data.release();
  data.release();
  await assert.rejects(data.run('invert', {}), { code: 'released' });
  const again = await pool.load(source, { stride: STRIDE });
  await pool.close();
  await assert.rejects(again.run('invert', {}), { code: 'closed' });
  await assert.rejects(pool.load(source, { stride: STRIDE }), { code: 'closed' });
});

test('a source that was transferred elsewhere, or that gives something else, is noticed when it is needed', async () => {
  const { pool, workers } = await world({ workers: 1 });
  const source = sourceOf(1 << 20);
  const one = await pool.load(source, { stride: STRIDE });
  const other = await pool.load(source, { stride: STRIDE, source: () => new Uint8Array(3) });
  structuredClone(source.buffer, { transfer: [source.buffer] });
  workers[0]?.crash('gone');
  await assert.rejects(one.run('invert', {}), { code: 'detached' });
  await assert.rejects(other.run('invert', {}), { code: 'resident_lost', message: /gave 3 bytes/ });
  await pool.close();
});

test('work that has begun ends well when what it is about is released', async () => {
  const { pool } = await world({ workers: 2 });
  const source = sourceOf(4 << 20);
  const data = await pool.load(source, { stride: STRIDE });
  const [run, keep] = [data.run('invert', {}), data.keep('invert', {})];
  data.release();
  assert.deepEqual(await run, inverted(source));
  assert.deepEqual(await (await keep).run('invert', {}), source);
  await pool.close();
});

test('results can be made again as long as what they are made of is there', async () => {
  const { pool, workers } = await world({ workers: 2, minWorkers: 2 });
  const source = sourceOf(4 << 20);
  const data = await pool.load(source, { stride: STRIDE, halo: 2 });
  const once = await data.keep('halo1', {});
  const twice = await once.keep('halo1', {});
  for (const worker of workers.slice()) worker.crash('gone');
  assert.deepEqual(await twice.run('invert', {}), inverted(summed(summed(source))));
  // While they are made again it is released.
  for (const worker of workers.slice(2)) worker.crash('gone');
  const run = twice.run('invert', {});
  once.release();
  await assert.rejects(run, { code: 'resident_lost' });
  assert.deepEqual(await data.run('halo1', {}), summed(source));
  await pool.close();
});

test('a pool on the page keeps nothing', async () => {
  const { pool } = await world({ workers: 0, worker: undefined });
  await assert.rejects(pool.load(sourceOf(64), { stride: STRIDE }), { code: 'unsupported' });
  await pool.close();
});

test('leftovers are used again, as many as there may be, and let go', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const leftovers = new Leftovers();
  const [small, large] = [new ArrayBuffer(1000), new ArrayBuffer(2 ** 26)];
  for (const buffer of [small, large]) leftovers.put(buffer);
  assert.notEqual(leftovers.take(400).buffer, small, 'too much would be left');
  assert.equal(leftovers.take(600).buffer, small);
  assert.notEqual(leftovers.take(600).buffer, small);
  leftovers.put(small);
  leftovers.put(new ArrayBuffer(2 ** 26));
  assert.notEqual(leftovers.take(2 ** 26).buffer, large, 'the oldest goes first');
  context.mock.timers.tick(1000);
  assert.notEqual(leftovers.take(600).buffer, small);
});
