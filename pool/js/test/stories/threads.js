/**
 * What is so of pools whose workers are threads.
 *
 * @import { Host } from './alike.js'
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import { SIZES, inverted, noise, rejects } from './alike.js';

const GOLDEN = new URL('../../../../protocol/golden/golden.wasm', import.meta.url);
const EXITS = new URL('../threads/exits.js', import.meta.url);
const CLOSES = new URL('../threads/closes.js', import.meta.url);

/** Bytes of what several threads share, in units of 4096. */
const LARGE = 16 << 20;
const STRIDE = 4096;

/** @param {Host} host */
export async function what_is_given_away_is_moved_and_not_copied({ open }) {
  const pool = await open();
  const sent = noise(1 << 20);
  const { buffer } = sent;
  const result = await pool.run('invert', {}, sent);
  assert.equal(buffer.byteLength, 0);
  assert.equal(result.buffer.byteLength, 1 << 20, 'it comes back in the buffer that went');
  assert.deepEqual(result, inverted(noise(1 << 20)));
  await pool.close();
}

/** @param {Host} host */
export async function a_Buffer_is_a_payload_though_it_shares_its_memory({ open }) {
  const pool = await open();
  for (const size of SIZES) {
    const shared = Buffer.from(noise(size));
    const whole = Buffer.alloc(size, noise(size));
    for (const given of [shared, whole]) assert.deepEqual(await pool.run('invert', {}, given), inverted(noise(size)));
  }
  await pool.close();
}

/** @param {Host} host */
export async function kernels_come_from_wherever_they_are({ open, createPool }) {
  const folder = await mkdtemp(join(tmpdir(), 'unjank-'));
  const [page, none] = [join(folder, 'page.wasm'), join(folder, 'none.wasm')];
  try {
    await writeFile(page, '<!doctype html>');
    for (const kernels of [GOLDEN, GOLDEN.href, GOLDEN.pathname]) {
      const pool = await createPool({ kernels, workers: 1 });
      for (const size of SIZES) assert.deepEqual(await pool.run('invert', {}, noise(size)), inverted(noise(size)));
      await pool.close();
    }
    const missing = await rejects(open({ kernels: none }), 'kernels_unavailable');
    assert.ok(missing.message.includes(none), missing.message);
    const wrong = await rejects(open({ kernels: pathToFileURL(page) }), 'kernels_unavailable');
    assert.ok(wrong.message.includes(`${pathToFileURL(page)} is a page in HTML`), wrong.message);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param {Host} host */
export async function what_is_wrong_with_an_option_is_said({ createPool }) {
  for (const options of [undefined, null, 'kernels', {}, { kernels: GOLDEN, worker: 5 }, { kernels: 'none', wrokers: 2 }]) {
    await rejects(createPool(options), 'bad_option');
  }
  const worker = () => new Worker(EXITS);
  assert.match((await rejects(createPool({ kernels: GOLDEN, workers: 0, worker }), 'bad_option')).message, /for workers/);
}

/** @param {Host} host */
export async function a_script_that_is_not_there_is_named({ open }) {
  const worker = new URL('./none.js', import.meta.url);
  const error = await rejects(open({ worker }), 'script_unavailable');
  assert.ok(error.message.includes(worker.href), error.message);
  const { warn } = console;
  /** @type {string[]} */
  const lines = [];
  console.warn = (line) => lines.push(line);
  const pool = await open({ worker, fallback: 'inline' });
  console.warn = warn;
  assert.equal(lines.length, 1);
  assert.equal(pool.stats().inline, true);
  for (const size of SIZES) assert.deepEqual(await pool.run('invert', {}, noise(size)), inverted(noise(size)));
  await pool.close();
}

/** @param {Host} host */
export async function what_a_script_throws_is_said({ open }) {
  const error = await rejects(open({ worker: new URL('../threads/throws.js', import.meta.url) }), 'init_failed');
  assert.match(error.message, /RangeError: too blue/);
}

/** @param {Host} host */
export async function what_a_thread_held_that_exits_runs_again_or_is_lost({ open, scope, UnjankError }) {
  for (const [size, code] of /** @type {const} */ ([[64, undefined], [1 << 20, 'worker_lost']])) {
    const scripts = [EXITS];
    const worker = () => new Worker(scripts.shift() ?? scope, { workerData: { scope: scope.href } });
    const pool = await open({ worker });
    const job = pool.run('invert', {}, noise(size));
    if (code) {
      const error = await rejects(job, code);
      assert.ok(error instanceof UnjankError);
      assert.match(error.message, /its thread ended with exit code 3/);
    } else {
      assert.deepEqual(await job, inverted(noise(size)));
    }
    assert.deepEqual(await pool.run('invert', {}, noise(size)), inverted(noise(size)));
    await pool.close();
  }
}

/** @param {Host} host */
export async function a_thread_that_closes_itself_answers_first({ open, scope }) {
  for (const size of SIZES) {
    const scripts = [CLOSES];
    const worker = () => new Worker(scripts.shift() ?? scope, { workerData: { scope: scope.href } });
    const pool = await open({ worker });
    /** @type {Promise<any>} */
    const gone = new Promise((resolve) => {
      pool.on('worker', (/** @type {any} */ change) => change.state === 'gone' && resolve(change));
    });
    assert.deepEqual(await pool.run('invert', {}, noise(size)), inverted(noise(size)));
    assert.match((await gone).error.message, /the worker closed itself/);
    assert.deepEqual(await pool.run('invert', {}, noise(size)), inverted(noise(size)));
    await pool.close();
  }
}

/** @param {Host} host */
export async function threads_share_large_buffers_and_keep_data({ open }) {
  const source = noise(LARGE);
  const expected = inverted(source);
  const pool = await open({ workers: 2, minWorkers: 2 });
  await pool.load(noise(64), { stride: 64 }).then((/** @type {any} */ data) => data.release());
  assert.deepEqual(await pool.run('invert', {}, source.slice(), { stride: STRIDE, spread: true }), expected);
  const chunks = [];
  for await (const { start, bytes } of pool.mapChunks('invert', {}, source, { stride: STRIDE, order: 'source' })) {
    assert.deepEqual(bytes, expected.subarray(start * STRIDE, start * STRIDE + bytes.length));
    chunks.push(start);
  }
  assert.ok(chunks.length > 1);
  const data = await pool.load(source, { stride: STRIDE, halo: 1 });
  assert.deepEqual(await data.run('invert', {}), expected);
  const kept = await data.keep('invert', {});
  assert.deepEqual(await kept.run('invert', {}), source);
  assert.deepEqual(await data.through('invert', {}).run('invert', {}), source);
  assert.equal(pool.stats().workers.filter((/** @type {any} */ { busyMs }) => busyMs > 0).length, 2);
  data.release();
  kept.release();
  await pool.close();
}

/** @param {Host} host */
export async function a_pool_is_closed_by_who_disposes_of_it({ open }) {
  const pool = await open();
  await pool[Symbol.asyncDispose]();
  await rejects(pool.run('invert', {}, noise(64)), 'closed');
}
