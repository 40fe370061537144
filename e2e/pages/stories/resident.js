// @ts-check
// Data that stays in workers.
import { alive, bytes, check, counted, equal, frameUntil, rejects, sameBytes, settled, weighTransfers } from '../expect.js';

/**
 * @import { Pool } from '../expect.js'
 * @import { Unjank } from '../expect.js'
 */

const MIB = 2 ** 20;
const STRIDE = 64;

/** Less than one worker is given, and so much that two are. */
const SIZES = [64, 4 * MIB];

/** Takes about so long for each piece of a mebibyte. */
const SLOW = { ms: 20 };

/** @param {number} length */
function source(length) {
  const block = bytes(65_521);
  const all = new Uint8Array(length);
  for (let at = 0; at < length; at += block.length) all.set(block.subarray(0, length - at), at);
  return all;
}

/** @param {Uint8Array} given */
const placed = (given) => given.map((byte, place) => byte + place);

/** Nothing is under way, and all workers work. @param {Pool} pool */
async function sound(pool) {
  await frameUntil(() => pool.stats().inFlight + pool.stats().queued === 0);
  settled(pool);
  await Promise.all(pool.stats().workers.map(() => alive(pool)));
}

/** @param {Unjank} unjank */
export async function data_is_sent_once_and_computed_from_by_all_workers({ createPool }) {
  const pool = await createPool({ workers: 2 });
  for (const size of SIZES) {
    const given = source(size);
    const data = await pool.load(given, { stride: 1 });
    const scale = weighTransfers();
    for (let run = 0; run < 3; run += 1) {
      sameBytes(await data.run('echo', {}), given, `${size} bytes`);
      sameBytes(await data.run('number', { start: 2 ** 31 }), placed(given), `${size} bytes, numbered`);
    }
    check(scale.bytes < 20 * MIB / 64, `the page sent ${scale.bytes} bytes for six runs`);
    data.release();
  }
  check(pool.stats().workers.every(({ tasks }) => tasks > 0), 'both computed');
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function results_are_kept_where_they_are_made({ createPool }) {
  const pool = await createPool({ workers: 2 });
  for (const size of SIZES) {
    const given = source(size);
    const data = await pool.load(given, { stride: 1 });
    const once = await data.keep('number', { start: 2 ** 31 });
    data.release();
    const twice = await once.keep('number', { start: 2 ** 31 });
    sameBytes(await twice.run('echo', {}), placed(placed(given)), `${size} bytes, twice`);
    const parts = [];
    for await (const { start, bytes: part } of once.map('echo', {}, { order: 'source' })) parts.push([start, part.length]);
    equal(parts.reduce((end, [start, length]) => (start === end ? end + Number(length) : NaN), 0), size, 'all parts, in their order');
    for (const kept of [once, twice]) kept.release();
  }
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function kernels_follow_each_other_and_the_last_result_alone_comes_back({ createPool }) {
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 2, worker: () => script.make() });
  for (const size of SIZES) {
    const given = source(size);
    /** @type {Uint8Array[]} */
    const rows = [];
    const data = await pool.load(({ first, count }) => {
      const part = given.slice(first, first + count);
      rows.push(part);
      return part;
    }, { stride: 1, units: size });
    check(rows.every(({ length }) => length === 0), 'the page copied none of it');
    const twice = data.through('number', { start: 2 ** 31 }).through('echo', {});
    const expected = placed(placed(given));
    sameBytes(await twice.run('number', { start: 2 ** 31 }), expected, `${size} bytes`);
    const kept = await twice.keep('number', { start: 2 ** 31 });
    sameBytes(await kept.run('echo', {}), expected, `${size} bytes, kept`);
    const slow = data.through('dwell', { ms: 100 }).run('number', { start: 2 ** 31 });
    await frameUntil(() => pool.stats().workers.some(({ state }) => state === 'busy'));
    script.workers.at(-1)?.terminate();
    sameBytes(await slow, placed(given), `${size} bytes, and a worker ended`);
    const controller = new AbortController();
    const stopped = data.through('dwell', { ms: 100 }).run('dwell', { ms: 100 }, { signal: controller.signal });
    await frameUntil(() => pool.stats().workers.some(({ state }) => state === 'busy'));
    controller.abort();
    await rejects(stopped, 'cancelled');
    await rejects(data.through('echo', {}).run('panic', { start: 0 }), 'panicked');
    sameBytes(await data.run('echo', {}), given, 'a trap costs no data');
    for (const one of [data, kept]) one.release();
  }
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function a_worker_that_ends_costs_kept_data_nothing_but_time({ createPool }) {
  for (const size of SIZES) {
    const script = counted('./unjank/worker.js');
    const pool = await createPool({ workers: 2, worker: () => script.make() });
    const given = source(size);
    const data = await pool.load(given, { stride: STRIDE });
    const kept = await data.keep('echo', {});
    // Idle, and at work.
    for (const worker of script.workers.slice()) worker.terminate();
    sameBytes(await kept.run('echo', {}), given, 'of kept results');
    const run = data.run('dwell', SLOW);
    await frameUntil(() => pool.stats().workers.some(({ state }) => state === 'busy'));
    for (const worker of script.workers.slice(2)) worker.terminate();
    sameBytes(await run, given, 'of data');
    await sound(pool);
    await pool.close();
  }
}

/** @param {Unjank} unjank */
export async function without_a_source_a_worker_that_ends_takes_its_part_along({ createPool }) {
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 2, worker: () => script.make() });
  for (const size of SIZES) {
    const data = await pool.load(source(size), { stride: STRIDE, source: 'none' });
    for (const worker of script.workers.slice()) worker.terminate();
    await rejects(data.run('echo', {}), 'resident_lost');
    data.release();
    await rejects(data.run('echo', {}), 'released');
  }
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function what_goes_wrong_in_a_kernel_costs_no_data({ createPool }) {
  const pool = await createPool({ workers: 2 });
  for (const size of SIZES) {
    const given = source(size);
    const data = await pool.load(given, { stride: 1 });
    for (const start of [0, size / 2]) await rejects(data.run('panic', { start: size > 64 ? start : 0 }), 'panicked');
    await rejects(data.keep('fail', { code: 3 }), 'kernel');
    sameBytes(await data.run('echo', {}), given, `${size} bytes`);
    data.release();
  }
  check(pool.stats().workers.every(({ generation }) => generation === 0), 'nobody was replaced');
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function work_on_data_that_is_stopped_or_late_ends_with_a_piece({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const given = source(16 * MIB);
  const data = await pool.load(given, { stride: STRIDE });
  const stop = new AbortController();
  const stopped = data.run('dwell', SLOW, { signal: stop.signal });
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'busy'));
  stop.abort();
  await rejects(stopped, 'cancelled');
  await rejects(data.run('dwell', SLOW, { deadlineMs: 30 }), 'deadline_exceeded');
  for await (const { start } of data.map('dwell', SLOW, { chunkUnits: 2 ** 14 })) if (start > 0) break;
  sameBytes(await data.run('echo', {}), given, 'afterwards');
  check(pool.stats().workers.every(({ generation }) => generation === 0), 'nobody was replaced');
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function a_worker_of_data_that_hangs_is_replaced_after_a_second({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const given = source(64);
  const data = await pool.load(given, { stride: STRIDE });
  await rejects(data.run('dwell', { ms: 4000 }, { deadlineMs: 20 }), 'deadline_exceeded');
  sameBytes(await data.run('echo', {}), given, 'afterwards');
  equal(pool.stats().workers[0]?.generation, 1, 'workers that were replaced');
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function others_are_answered_beside_work_on_data({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const given = source(4 * MIB);
  const data = await pool.load(given, { stride: STRIDE });
  const runs = [1, 2, 3].map(() => data.run('dwell', SLOW));
  const small = Array.from({ length: 50 }, (_, byte) => pool.run('echo', {}, Uint8Array.of(byte)));
  equal(String(await Promise.all(small)), String(Array.from({ length: 50 }, (_, byte) => byte)), 'small ones');
  for (const result of await Promise.all(runs)) sameBytes(result, given, 'a large one');
  data.release();
  await sound(pool);
}
