// @ts-check
// One buffer, and several workers at work on it.
import { alive, bytes, check, counted, equal, frameUntil, rejects, sameBytes, settled, weighTransfers } from '../expect.js';

/**
 * @import { Pool, Unjank } from '../expect.js'
 */

const MIB = 2 ** 20;

/** What is spread, in chunks of 1 MiB; and what is not. */
const SIZES = [16 * MIB, MIB];

/** Takes about so long for each chunk, so that all workers come to one. */
const SLOW = { ms: 10 };

/** Goes on for half a second and more, whoever helps. */
const LONG = { ms: 30 };

const PLACED = (/** @type {Uint8Array} */ source) => source.map((byte, place) => byte + place);

/** @param {number} length */
function source(length) {
  const block = bytes(65_521);
  const all = new Uint8Array(length);
  for (let at = 0; at < length; at += block.length) all.set(block.subarray(0, length - at), at);
  return all;
}

/** A pool on a page that has loaded what helpers take. @param {Unjank} unjank @param {() => Worker} [worker] */
async function practised({ createPool }, worker) {
  const other = await createPool({ workers: 2, minWorkers: 2 });
  await other.run('echo', {}, source(16 * MIB), { spread: true });
  await other.close();
  const pool = await createPool({ workers: 2, minWorkers: 2, ...(worker && { worker }) });
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'idle'));
  return pool;
}

/** Helpers have gone, and all workers work. @param {Pool} pool */
async function sound(pool) {
  await frameUntil(() => pool.stats().inFlight + pool.stats().queued === 0);
  settled(pool);
  await Promise.all(pool.stats().workers.map(() => alive(pool)));
}

/** @param {Unjank} unjank */
export async function a_large_buffer_that_is_given_away_is_computed_by_all_workers({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 2 });
  for (const size of SIZES) {
    const given = source(size);
    sameBytes(await pool.run('number', { start: 2 ** 31 }, given.slice()), PLACED(given), `${size} bytes`);
    sameBytes(await pool.run('echo', {}, given.slice(), { spread: true }), given, `${size} bytes`);
    sameBytes(await pool.run('dwell', SLOW, given.slice(), { spread: true }), given, `${size} bytes`);
  }
  const shared = () => pool.stats().workers.every(({ busyMs }) => busyMs > 20);
  // Where ports take long to arrive, one worker may be done before the other begins.
  for (let run = 0; run < 20 && !shared(); run += 1) await pool.run('dwell', SLOW, source(16 * MIB), { spread: true });
  await sound(pool);
  check(shared(), 'both computed');
}

/** @param {Unjank} unjank */
export async function the_page_sends_each_byte_of_it_once({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 2 });
  const scale = weighTransfers();
  await pool.run('dwell', SLOW, source(16 * MIB), { spread: true });
  check(scale.bytes >= 16 * MIB && scale.bytes < 17 * MIB, `the page sent 16 MiB, not ${scale.bytes} bytes`);
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function what_goes_wrong_in_a_chunk_is_what_becomes_of_the_job({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 2 });
  for (const chunk of [0, 7, 15]) {
    const error = await rejects(pool.run('panic', { start: chunk * MIB }, source(16 * MIB), { spread: true }), 'panicked');
    check(error.message.includes(`at unit ${chunk * MIB}`), `${error.message} says where`);
    await rejects(pool.run('number', { start: chunk * MIB }, source(16 * MIB)), 'panicked');
  }
  await rejects(pool.run('fail', { code: 3 }, source(16 * MIB), { spread: true }), 'kernel');
  const uneven = await rejects(pool.run('sum', {}, source(16 * MIB), { spread: true }), 'kernel');
  check(uneven.message.includes('without `spread`'), `${uneven.message} says what to do`);
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function a_helper_that_ends_costs_nothing_but_time(unjank) {
  const script = counted('./unjank/worker.js');
  const pool = await practised(unjank, () => script.make());
  const given = source(16 * MIB);
  const run = pool.run('dwell', LONG, given.slice(), { spread: true });
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'busy'));
  // The first that is idle is given the buffer.
  script.workers[1]?.terminate();
  sameBytes(await run, given, 'the result');
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function a_holder_that_ends_takes_its_job_along_and_no_helper_waits(unjank) {
  const script = counted('./unjank/worker.js');
  const pool = await practised(unjank, () => script.make());
  const run = pool.run('dwell', LONG, source(16 * MIB), { spread: true });
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'busy'));
  script.workers[0]?.terminate();
  await rejects(run, 'worker_lost');
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function a_job_that_is_stopped_or_late_lets_its_helpers_go(unjank) {
  const pool = await practised(unjank);
  const stop = new AbortController();
  const stopped = pool.run('dwell', LONG, source(16 * MIB), { spread: true, signal: stop.signal });
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'busy'));
  stop.abort();
  await rejects(stopped, 'cancelled');
  const late = pool.run('dwell', { ms: 200 }, source(16 * MIB), { spread: true, deadlineMs: 100 });
  await rejects(late, 'deadline_exceeded');
  await sound(pool);
}

/** @param {Unjank} unjank */
export async function others_are_answered_beside_it({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const runs = [1, 2, 3].map((seed) => pool.run('dwell', SLOW, source(16 * MIB).fill(seed, 0, 9), { spread: true }));
  const small = Array.from({ length: 50 }, (_, byte) => pool.run('echo', {}, Uint8Array.of(byte)));
  equal(String(await Promise.all(small)), String(Array.from({ length: 50 }, (_, byte) => byte)), 'small ones');
  for (const [index, result] of (await Promise.all(runs)).entries()) equal(result[8], index + 1, 'a large one');
  await sound(pool);
}
