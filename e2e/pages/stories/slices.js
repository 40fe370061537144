// @ts-check
// Results come when they are there: a worker runs one task after the other, and tells in between.
import { alive, bytes, busy, check, endings, equal, rejects, sameBytes, settled } from '../expect.js';

/** @import { Pool, Unjank } from '../expect.js' */

/** A payload that goes with others in one message, and one that goes alone. */
const LENGTHS = [64, 1 << 20];

/** @param {Unjank} unjank */
export async function what_can_be_done_before_the_deadline_is_delivered({ createPool }) {
  const told = [];
  for (const length of LENGTHS) {
    const pool = await createPool({ workers: 1 });
    await alive(pool);
    // Three fit, on a machine that has nothing else to do meanwhile.
    const counts = [];
    while (counts.at(-1) !== 3 && counts.length < 8) counts.push(await doneInTime(pool, length));
    equal(counts.at(-1), 3, `jobs of 300 ms that were done within a second, after ${counts}`);
    settled(pool);
    told.push(`${counts.join(', then ')} of 8 with ${length} bytes`);
  }
  return told.join('; ');
}

/**
 * How many of eight jobs of 300 ms complete that have a second together.
 *
 * @param {Pool} pool
 * @param {number} length
 */
async function doneInTime(pool, length) {
  // Made before, since they take their time too.
  const payloads = Array.from({ length: 8 }, () => bytes(length));
  const jobs = payloads.map((payload) => pool.run('dwell', { ms: 300 }, payload, { deadlineMs: 1000 }));
  const ends = await endings(jobs);
  const codes = ends.map((end) => (end.status === 'fulfilled' ? 'completed' : end.reason.code));
  check(codes.every((code) => code === 'completed' || code === 'deadline_exceeded'), `${codes} are ends`);
  const done = codes.indexOf('deadline_exceeded');
  equal(codes.lastIndexOf('completed'), done - 1, 'the last job that completes');
  await alive(pool);
  return done;
}

/** @param {Unjank} unjank */
export async function slow_jobs_after_many_tiny_ones_come_one_by_one({ createPool }) {
  const firsts = [];
  for (const length of LENGTHS) {
    const pool = await createPool({ workers: 1 });
    await pool.runAll('echo', {}, Array.from({ length: 2000 }, () => bytes()));
    const stop = new AbortController();
    let delivered = 0;
    const jobs = Array.from({ length: length > 64 ? 60 : 600 }, async () => {
      const result = await pool.run('dwell', { ms: 20 }, new Uint8Array(length), { signal: stop.signal });
      delivered += 1;
      return result;
    });
    const begun = performance.now();
    await Promise.race(jobs);
    const took = performance.now() - begun;
    // What one message brings settles in one turn.
    check(delivered <= 2, `${delivered} results came with the first`);
    stop.abort();
    await Promise.allSettled(jobs);
    await alive(pool);
    settled(pool);
    firsts.push(`${took.toFixed(0)} ms with ${length} bytes`);
  }
  return `first result of jobs of 20 ms: ${firsts.join(', ')}`;
}

/** @param {number} ms */
function hold(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** @param {Unjank} unjank */
export async function a_page_that_is_busy_at_the_deadline_gets_what_was_done_in_time({ createPool }) {
  for (const length of LENGTHS) {
    const pool = await createPool({ workers: 1 });
    await alive(pool);
    const sent = bytes(length);
    const job = pool.run('dwell', { ms: 50 }, sent.slice(), { deadlineMs: 1000 });
    await busy(pool);
    hold(1200);
    sameBytes(await job, sent, 'the result');
    equal(pool.stats().workers[0]?.generation, 0, 'workers that were replaced');
    settled(pool);
  }
}

/** @param {Unjank} unjank */
export async function a_panic_in_a_shared_message_is_one_and_nothing_runs_twice({ createPool }) {
  for (const length of LENGTHS) {
    const pool = await createPool({ workers: 1 });
    const calls = async () => {
      const answer = await pool.run('calls', {}, new Uint8Array(length));
      return new DataView(answer.buffer, answer.byteOffset).getUint32(0, true);
    };
    const before = Array.from({ length: 20 }, calls);
    const panics = rejects(pool.run('panic', { start: 0 }, bytes(length)), 'panicked');
    const behind = Array.from({ length: 20 }, calls);
    const { message, location } = await panics;
    check(message.includes('a kernel lost its head'), `${message} is the panic's`);
    check(/kernels\.rs:\d+:\d+$/.test(location ?? ''), `${location} is its place`);
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1).join();
    equal((await Promise.all(before)).join(), numbers, 'calls of the instance before the panic');
    equal((await Promise.all(behind)).join(), numbers, 'calls of the instance after it');
    settled(pool);
  }
}
