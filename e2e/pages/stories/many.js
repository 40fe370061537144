// @ts-check
// Many jobs, given and answered together.
import { HANG, bytes, check, equal, rejects, sameBytes, settled } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

/** @param {Unjank} unjank */
export async function more_jobs_than_the_queue_takes_come_back_in_order({ createPool }) {
  const pool = await createPool({ workers: 2, queue: 64 });
  const payloads = Array.from({ length: 3000 }, (_, index) => Uint8Array.of(index, index >> 8, 7));
  const results = await pool.runAll('echo', {}, payloads);
  equal(results.length, payloads.length, 'results');
  results.forEach((result, index) => equal(String(result), `${index & 255},${index >> 8},7`, 'a result'));
  equal(pool.stats().completed, payloads.length, 'jobs');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function large_and_small_ones_go_together({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const sizes = [1, 100_000, 0, 4096, 4097, 1_000_000, 64];
  const moved = sizes.map((size) => bytes(size));
  const kept = sizes.map((size) => bytes(size));
  for (const results of [
    await pool.runAll('echo', {}, kept, { transfer: false }),
    await pool.runAll('echo', {}, moved),
  ]) {
    results.forEach((result, index) => sameBytes(result, bytes(sizes[index] ?? 0), `result ${index}`));
  }
  equal(String(kept.map((payload) => payload.length)), String(sizes), 'bytes that stayed');
  equal(String((await pool.runAll('echo', {}, [])).length), '0', 'results for no payloads');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function one_that_is_refused_cancels_the_others({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const gone = new ArrayBuffer(8);
  structuredClone(gone, { transfer: [gone] });
  const payloads = [...Array.from({ length: 50 }, () => bytes(64)), gone];
  await rejects(pool.runAll('echo', {}, payloads), 'detached');
  await rejects(pool.runAll('nobody', {}, [bytes(4)]), 'unknown_kernel');
  await rejects(pool.runAll('fail', { code: 3 }, [bytes(4), bytes(4)]), 'kernel');
  equal(String(await pool.run('echo', {}, Uint8Array.of(5))), '5', 'the next job');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_signal_stops_all_of_them({ createPool }) {
  const pool = await createPool({ workers: 1, queue: 8 });
  const stop = new AbortController();
  const running = pool.runAll(HANG.kernel, HANG.params, Array.from({ length: 3000 }, () => bytes(8)), { signal: stop.signal });
  stop.abort();
  await rejects(running, 'cancelled');
  await rejects(pool.runAll('echo', {}, [bytes(8)], { signal: stop.signal }), 'cancelled');
  check(pool.stats().submitted < 3000, 'nothing was submitted after the signal');
  equal(String(await pool.run('echo', {}, Uint8Array.of(5))), '5', 'the next job');
  settled(pool);
}
