// @ts-check
// Memory that comes back, and memory that is short.
import {
  alive, bytes, cannot, check, counted, endings, equal, rejects, sameBytes, settled,
} from '../expect.js';

/** @import { Pool, Unjank } from '../expect.js' */

const MIB = 1 << 20;

/** Where the kernel `number` never gets to. */
const NOWHERE = 2 ** 32 - 1;

/** @param {Pool} pool */
const linearMemory = (pool) => pool.stats().workers[0]?.memoryBytes ?? NaN;

/** @param {Unjank} unjank */
export async function one_job_of_512_mib_leaves_the_floor_where_it_was({ createPool }) {
  const pool = await createPool({ workers: 1 });
  await alive(pool);
  const floor = linearMemory(pool);
  const large = new Uint8Array(512 * MIB);
  large[511 * MIB] = 7;
  const echo = await pool.run('echo', {}, large);
  equal(echo[511 * MIB], 7, 'a byte of the echo');
  equal(echo.length, 512 * MIB, 'bytes of the echo');
  const peak = linearMemory(pool);
  await pool.run('echo', {}, bytes(64));
  const after = linearMemory(pool);
  check(peak >= 512 * MIB, `${peak} bytes are at least the payload's`);
  equal(pool.stats().workers[0]?.generation, 0, 'workers that were replaced');
  check(after <= floor, `${after} bytes are no more than the ${floor} before`);
  settled(pool);
  return `${floor / MIB} MiB, ${Math.round(peak / MIB)} MiB, then ${after / MIB} MiB`;
}

/** @param {Unjank} unjank */
export async function a_long_job_of_small_grains_takes_little_memory({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const sent = bytes(64 * MIB + 5, 7);
  const expected = sent.map((byte, place) => byte + place);
  for (const transfer of [false, true]) {
    sameBytes(await pool.run('number', { start: NOWHERE }, sent, { transfer }), expected, 'the result');
  }
  const { peakMemoryBytes = NaN } = pool.stats().workers[0] ?? {};
  check(peakMemoryBytes < 4 * MIB, `${peakMemoryBytes} bytes are the peak`);
  settled(pool);
  return `${peakMemoryBytes >> 10} KiB for 64 MiB`;
}

/** @param {Unjank} unjank */
export async function a_panic_in_the_middle_of_a_long_job_is_one({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const sent = bytes(8 * MIB, 7);
  const error = await rejects(pool.run('number', { start: 5 * MIB }, sent, { transfer: false }), 'panicked');
  check(error.message.includes(`at byte ${5 * MIB}`), `${error.message} says where`);
  sameBytes(sent, bytes(8 * MIB, 7), 'the payload that was kept');
  const result = await pool.run('number', { start: NOWHERE }, sent);
  sameBytes(result, bytes(8 * MIB, 7).map((byte, place) => byte + place), 'the result after it');
  settled(pool);
}

/** What ends an instance, and with which parameters. @type {[string, object][]} */
const ENDS = [['panic', { start: 0 }], ['trap', {}], ['overflow', {}], ['exhaust', {}]];

const ROUNDS = 25;

/**
 * How long it took, in milliseconds. A clock that ticks once in a millisecond is right on average.
 *
 * @param {number[]} times
 */
function told(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const mean = times.reduce((sum, time) => sum + time) / times.length;
  return `${sorted[times.length >> 1]?.toFixed(2)} (${mean.toFixed(2)} on average, ${sorted.at(-1)?.toFixed(1)} at most)`;
}

/** @param {Unjank} unjank */
export async function an_instance_that_ended_is_replaced_in_place({ createPool, kernels, script }) {
  const starts = counted(script);
  const pool = await createPool({ workers: 1, worker: starts.make });
  await alive(pool);
  const result = async () => {
    const begun = performance.now();
    await pool.run('echo', {}, bytes());
    return performance.now() - begun;
  };
  const others = [];
  for (let round = 0; round < 4 * ROUNDS; round += 1) others.push(await result());
  const figures = [`${told(others)} with no fault before`];
  for (const [kernel, params] of ENDS) {
    const heals = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await rejects(pool.run(kernel, params, bytes()), 'panicked');
      heals.push(await result());
    }
    figures.push(`${told(heals)} after ${kernel}`);
  }
  equal(starts.count, 1, 'workers started');
  equal(pool.stats().workers[0]?.generation, 0, 'workers that were replaced');
  const fetched = performance.getEntriesByType('resource').filter(({ name }) => name === kernels);
  equal(fetched.length, 1, 'times the kernels were fetched');
  settled(pool);
  return `next result, median in ms: ${figures.join(', ')}`;
}

/**
 * As many memories as there can be; none if there can be more than `most`.
 * @param {number} most
 */
function hoardMemories(most) {
  const hoard = [];
  try {
    while (hoard.length < most) hoard.push(new WebAssembly.Memory({ initial: 1 }));
    return undefined;
  } catch {
    return hoard;
  }
}

/** @param {Unjank} unjank */
export async function memories_that_run_out_shrink_or_fail_the_pool_by_name({ createPool }) {
  const hoard = hoardMemories(1200);
  if (!hoard) return cannot('1200 memories are not too many here');
  const held = hoard.length;
  const [end] = await endings([createPool({ workers: 4, minWorkers: 4, startTimeoutMs: 1000 })]);
  if (end?.status === 'rejected') {
    check(['core_unavailable', 'out_of_memory', 'init_failed', 'start_timed_out'].includes(end.reason.code), `${end.reason.code} is a failed start`);
    return `${held} memories, then ${end.reason.code}: ${end.reason.message}`;
  }
  if (end) await alive(end.value);
  return `${held} memories, and the pool works with those it gets`;
}

/** @param {Unjank} unjank */
export async function a_payload_over_2_gib_is_refused_whole_and_taken_in_chunks({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const large = new Uint8Array(2 ** 31 + 4096);
  large[2 ** 31] = 9;
  const error = await rejects(pool.run('echo', {}, large), 'payload_too_large');
  equal(error.payload?.buffer, large.buffer, 'the payload is the one that was given');
  equal(large.length, 2 ** 31 + 4096, 'bytes left on the page');
  const tail = large.subarray(2 ** 31 - 4096);
  const chunks = pool.mapChunks('echo', {}, tail, { stride: 4096 });
  equal((await chunks.gather())[4096], 9, 'a byte behind the second gibibyte');
  for await (const chunk of pool.mapChunks('echo', {}, large, { stride: 4096 })) {
    if (chunk.index > 2) break;
  }
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_payload_over_4_gib_is_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  let large;
  try {
    large = new ArrayBuffer(2 ** 32 + 64);
  } catch (error) {
    return cannot(`no buffer is that large here: ${error}`);
  }
  const whole = large;
  await rejects(pool.run('echo', {}, whole), 'payload_too_large');
  await rejects(() => pool.mapChunks('echo', {}, whole, { stride: 64 }), 'payload_too_large');
  equal((await pool.run('echo', {}, new Uint8Array(whole, 2 ** 32, 64))).length, 64, 'bytes of a part');
  equal(whole.byteLength, 2 ** 32 + 64, 'bytes left on the page');
  await alive(pool);
}

/** @param {Unjank} unjank */
export async function a_page_out_of_memory_fails_one_job_alone({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const length = 3 << 20;
  const [real, realBuffer] = [Uint8Array, ArrayBuffer];
  /** @type {ProxyHandler<any>} */
  const short = {
    construct(target, given) {
      if (given[0] === length) throw new RangeError('no memory for that');
      return Reflect.construct(target, given);
    },
  };
  globalThis.Uint8Array = new Proxy(real, short);
  globalThis.ArrayBuffer = new Proxy(realBuffer, short);
  try {
    const chunks = pool.mapChunks('echo', {}, new real(length), { stride: 1024 });
    const error = await rejects(chunks.gather(), 'undeliverable');
    check(error.message.includes('no memory for that'), `${error.message} is what was thrown`);
    const kept = pool.run('echo', {}, new real(length), { transfer: false });
    check((await rejects(kept, 'undeliverable')).payload !== undefined, 'the payload comes back');
    await alive(pool);
  } finally {
    globalThis.Uint8Array = real;
    globalThis.ArrayBuffer = realBuffer;
  }
  settled(pool);
}

/**
 * Measures are kept for as long as a page lives: the pool's are cleared, the page's own stay.
 *
 * @param {Unjank} unjank
 */
export async function a_timeline_is_seen_and_leaves_nothing_behind({ createPool }) {
  const pool = await createPool({ workers: 1, timeline: 'story' });
  /** @type {PerformanceEntryList} */
  const seen = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
  observer.observe({ type: 'measure' });
  performance.measure('echo', { start: 0, end: 1 });
  for (let job = 0; job < 20; job += 1) await pool.run('echo', {}, bytes(9000));
  seen.push(...observer.takeRecords());
  observer.disconnect();
  const runs = seen.filter(({ name }) => name === 'echo · unjank');
  equal(runs.length, 20, 'runs that were drawn');
  const groups = seen.map((entry) => /** @type {any} */ (entry).detail?.devtools?.trackGroup);
  equal(groups.filter((group) => group !== 'story').length, 1, 'measures that are not the pool\'s');
  // A sum of two readings of a coarse clock may be past the reading it stands for by its last bit.
  const now = performance.now() + 0.001;
  const orderly = runs.every(({ startTime, duration }) => startTime > 0 && startTime + duration < now);
  check(orderly, 'what ran stands on the time axis of the page');
  const left = performance.getEntriesByType('measure').map(({ name }) => name);
  equal(left.join(), 'echo', 'measures that are kept');
  performance.clearMeasures('echo');
  settled(pool);
  return `${seen.length - 1} spans of ${runs.length} jobs`;
}
