/**
 * What is so of every pool, whatever stands for its workers.
 *
 * @typedef {object} Host where pools are made
 * @property {(options?: object) => Promise<any>} open one with one worker and the golden kernels, unless said otherwise
 * @property {Uint8Array} byHand a module of `worker/js/test/modules.js`, whose kernel `overflow` never ends
 * @property {typeof import('../../index.js').createPool} createPool
 * @property {typeof import('../../index.js').UnjankError} UnjankError
 * @property {URL} scope the script by which a thread is a worker
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

export const SIZES = [64, 1 << 20];

const GOLDEN = new URL('../../../../protocol/golden/', import.meta.url);

/** @param {number} length */
export function noise(length, seed = 1) {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = Math.imul(index + seed, 2654435761) >>> 24;
  return bytes;
}

/** Flips every bit. @param {Uint8Array} bytes */
export const inverted = (bytes) => bytes.map((byte) => ~byte);

/** @param {Promise<unknown>} attempt @param {string} code */
export async function rejects(attempt, code) {
  /** @type {any} */
  let found;
  await assert.rejects(attempt, (error) => {
    found = error;
    return found.code === code;
  });
  return found;
}

/** @param {Host} host */
export async function a_pool_computes_what_it_is_given({ open }) {
  const pool = await open();
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
  await pool.close();
}

/** @param {Host} host */
export async function a_trap_costs_its_job_and_an_instance({ open }) {
  const pool = await open();
  for (const size of SIZES) {
    const jobs = ['invert', 'trap', 'invert', 'fail', 'invert'].map((kernel) => pool.run(kernel, {}, noise(size)));
    await rejects(jobs[1], 'panicked');
    assert.equal((await rejects(jobs[3], 'kernel')).kernelCode, 42);
    for (const index of [0, 2, 4]) assert.deepEqual(await jobs[index], inverted(noise(size)));
  }
  assert.equal(pool.stats().workers[0]?.generation, 0);
  await pool.close();
}

/** @param {Host} host */
export async function a_panic_keeps_its_text_and_its_place({ open, byHand, UnjankError }) {
  const pool = await open({ kernels: byHand });
  for (const size of SIZES) {
    const error = await rejects(pool.run('panic', undefined, noise(size)), 'panicked');
    assert.ok(error instanceof UnjankError);
    assert.equal(error.location, 'too blue:7:9');
    assert.match(error.message, /panicked at too blue:7:9: too blue/);
    assert.deepEqual(await pool.run('invert', undefined, noise(size)), inverted(noise(size)));
  }
  await pool.close();
}

/** @param {Host} host */
export async function an_instance_that_has_grown_is_replaced({ open }) {
  const pool = await open({ memoryLimitBytes: 16 << 20 });
  for (const size of SIZES) assert.deepEqual(await pool.run('grow', {}, noise(size)), noise(size));
  const { memoryBytes = 0, peakMemoryBytes = 0 } = pool.stats().workers[0] ?? {};
  assert.ok(peakMemoryBytes >= 24 << 20 && memoryBytes <= peakMemoryBytes);
  await pool.close();
}

/** @param {Host} host */
export async function two_pools_keep_to_their_modules({ open }) {
  const invert = await readFile(new URL('invert.wasm', GOLDEN));
  const [one, other] = await Promise.all([open(), open({ kernels: invert })]);
  for (const size of SIZES) {
    await rejects(one.run('trap', {}, noise(size)), 'panicked');
    assert.deepEqual(await other.run('invert', {}, noise(size)), inverted(noise(size)));
    assert.deepEqual(await one.run('invert', {}, noise(size)), inverted(noise(size)));
  }
  await rejects(other.run('trap', {}, noise(8)), 'unknown_kernel');
  await Promise.all([one.close(), other.close()]);
}

/** @param {Host} host */
export async function what_waits_can_be_aborted_and_is_late({ open }) {
  const pool = await open();
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
}

/** @param {Host} host */
export async function closing_drains_or_drops_and_nothing_is_left({ open }) {
  for (const mode of /** @type {const} */ (['drain', 'abort'])) {
    for (const size of SIZES) {
      const pool = await open();
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
}

/** @param {Host} host */
export async function kernels_that_no_worker_can_use_are_refused({ open }) {
  await rejects(open({ kernels: new Uint8Array(8) }), 'bad_kernels');
  const bad = new URL('bad/', GOLDEN);
  const expected = JSON.parse(await readFile(new URL('expected.json', bad), 'utf8'));
  for (const [name, { code, unless }] of Object.entries(expected)) {
    if (code && !unless) await rejects(open({ kernels: await readFile(new URL(`${name}.wasm`, bad)) }), code);
  }
}
