import assert from 'node:assert/strict';
import { test } from 'node:test';

import { module } from '../../../worker/js/test/modules.js';
import { noise, world } from './world.js';

/** @import { FakeWorker } from './world.js' */

const SIZES = [64, 1 << 20];

/** Bytes that two have between them. @param {Uint8Array} one @param {Uint8Array} other */
const blended = (one, other) => one.map((byte, place) => (byte + /** @type {number} */ (other[place])) >> 1);

/** A fresh pair, and what comes of it. @param {number} size */
function pair(size) {
  const given = [noise(size), noise(size, 7)];
  return { given, expected: blended(noise(size), noise(size, 7)) };
}

/** @param {Promise<unknown> | (() => unknown)} attempt @param {string} code @returns {Promise<any>} */
async function rejects(attempt, code) {
  /** @type {any} */
  let found;
  await assert.rejects(typeof attempt === 'function' ? async () => attempt() : attempt, (error) => {
    found = error;
    return found.code === code;
  });
  return found;
}

test('a kernel with two inputs is given both, in their order', async () => {
  const { pool } = await world();
  for (const size of SIZES) {
    const { given, expected } = pair(size);
    assert.deepEqual(await pool.run('blend', {}, given), expected);
    assert.deepEqual(given.map(({ length }) => length), size > 4096 ? [0, 0] : [size, size], 'what is large is given away');
    const kept = pair(size).given;
    assert.deepEqual(await pool.run('blend', {}, kept, { transfer: false }), expected);
    assert.deepEqual(kept, pair(size).given, 'what stays is as it was');
    assert.deepEqual((await pool.runPiece('blend', {}, pair(size).given)).bytes, expected);
    const many = await pool.runAll('blend', {}, Array.from({ length: 9 }, () => pair(size).given));
    assert.deepEqual(many, Array(9).fill(expected));
  }
  await pool.close();
});

test('every chunk of the first has all of the second', async () => {
  const { pool } = await world({ workers: 2 });
  for (const size of SIZES) {
    const { given, expected } = pair(size);
    for (const order of /** @type {const} */ (['source', 'finish'])) {
      const chunks = pool.mapChunks('blend', {}, given, { stride: 8, chunkUnits: size / 64, order });
      assert.deepEqual(await chunks.gather(), expected);
    }
    assert.deepEqual(given, pair(size).given);
  }
  await pool.close();
});

test('what can not be moved apart is copied', async () => {
  const { pool } = await world();
  for (const size of SIZES) {
    const both = new Uint8Array(2 * size);
    both.set(noise(size));
    both.set(noise(size, 7), size);
    const parts = [both.subarray(0, size), both.subarray(size)];
    assert.deepEqual(await pool.run('blend', {}, parts), pair(size).expected);
    assert.equal(both.length, 2 * size);
    const once = noise(size);
    assert.deepEqual(await pool.run('blend', {}, [once, once]), noise(size));
    assert.equal(once.length, size);
  }
  await pool.close();
});

/** With names, of which the second may be missing: its bytes and those of the first summed up, and then more. */
const named = () => module({
  description: {
    abi: [1, 0],
    kernels: [
      { name: 'invert', in: [{ optional: true }] }, { name: 'trap' }, { name: 'panic' }, { name: 'fail' }, { name: 'grow' }, { name: 'two' },
      { name: 'sum', in: [{ name: 'photo' }, { name: 'mask', role: 'whole', optional: true }], out: [{ role: 'whole' }] },
    ],
  },
});

test('inputs have names, and come in any order', async () => {
  const { pool } = await world({ kernels: named() });
  const added = (/** @type {Uint8Array} */ bytes) => bytes.reduce((sum, byte) => sum + byte, 0);
  const first = (/** @type {Uint8Array} */ result) => new DataView(result.buffer, result.byteOffset).getUint32(0, true);
  for (const size of [64, 1 << 19]) {
    const bytes = () => ({ photo: noise(size), mask: noise(16, 7) });
    const { photo, mask } = bytes();
    const one = added(photo);
    const both = one + added(mask);
    const runs = [[photo.slice(), mask.slice()], bytes(), { mask, photo }, { photo: noise(size) }, noise(size)];
    const sums = [];
    for (const given of runs) sums.push(first(await pool.run('sum', {}, given)));
    assert.deepEqual(sums, [both, both, both, one, one]);
    const some = [bytes(), { photo: noise(size) }, noise(size), bytes()];
    assert.deepEqual((await pool.runAll('sum', {}, some)).map(first), [both, one, one, both]);
  }
  await pool.close();
});

test('what a kernel does not take is refused by name, and given back', async () => {
  const { pool } = await world({ kernels: named() });
  const photo = noise(64);
  for (const given of [{ mask: photo }, { photo, other: photo }, {}, [], [photo, photo, photo]]) {
    const error = await rejects(pool.run('sum', {}, given), 'not_a_buffer');
    assert.match(error.message, /"sum" takes other inputs: give it by name, or in this order: photo, mask/);
    await rejects(() => pool.mapChunks('sum', {}, given, { stride: 1 }), 'not_a_buffer');
    await rejects(pool.runAll('sum', {}, [given]), 'not_a_buffer');
  }
  assert.equal((await rejects(pool.run('sum', {}, { photo, other: noise(8) }), 'not_a_buffer')).payload, photo);
  await rejects(pool.run('sum', {}, /** @type {any} */ ({ photo: 'a picture' })), 'not_a_buffer');
  for (const given of [[photo, photo], [], {}]) await rejects(pool.run('invert', {}, given), 'not_a_buffer');
  pool.pause();
  const stop = new AbortController();
  const given = { mask: noise(9000, 3), photo: noise(9000) };
  const waits = pool.run('sum', {}, given, { signal: stop.signal });
  stop.abort();
  assert.deepEqual((await rejects(waits, 'cancelled')).payload, given.photo);
  await pool.close('abort');
  await rejects(pool.run('sum', {}, given), 'closed');
});

test('a kernel with two inputs is not given one', async () => {
  const { pool } = await world();
  const error = await rejects(pool.run('blend', {}, noise(64)), 'not_a_buffer');
  assert.match(error.message, /"blend" takes other inputs: .*: 0, 1$/);
  await pool.close();
});

test('what stays with the page is sent again, what was moved is lost with its worker', async () => {
  const { pool, workers } = await world();
  const crashOnPost = () => {
    const worker = /** @type {FakeWorker} */ (workers.at(-1));
    worker.postMessage = () => queueMicrotask(() => worker.crash('it died'));
  };
  for (const size of SIZES) {
    crashOnPost();
    assert.deepEqual(await pool.run('blend', {}, pair(size).given, { transfer: false }), pair(size).expected);
  }
  assert.equal(workers.length, 3);
  crashOnPost();
  assert.equal((await rejects(pool.run('blend', {}, pair(1 << 20).given), 'worker_lost')).payload, undefined);
  await pool.close();
});

test('an input that was taken away meanwhile is missed by its job alone', async () => {
  const { pool } = await world();
  pool.pause();
  const { given } = pair(1 << 20);
  const job = pool.run('blend', {}, given, { transfer: false });
  structuredClone(given[1]?.buffer, { transfer: [/** @type {ArrayBuffer} */ (given[1]?.buffer)] });
  const other = pool.run('blend', {}, pair(64).given);
  pool.resume();
  await rejects(job, 'undeliverable');
  assert.deepEqual(await other, pair(64).expected);
  await pool.close();
});
