// @ts-check
// Closing, waiting for room, and a flood.
import { alive, bytes, check, counted, equal, rejects, sameBytes, settled, timed } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

const FLOOD = 20_000;

/** @param {Unjank} unjank */
export async function a_drained_pool_finishes_what_it_took({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const jobs = Array.from({ length: 50 }, (_, index) => pool.run('echo', {}, bytes(50_000, index)));
  const closed = pool.close('drain');
  await rejects(pool.run('echo', {}, bytes()), 'closed');
  const echoes = await Promise.all(jobs);
  echoes.forEach((echo, index) => sameBytes(echo, bytes(50_000, index), `job ${index}`));
  await closed;
  await rejects(pool.run('echo', {}, bytes()), 'closed');
  await rejects(pool.ready(), 'closed');
  check(pool.stats().workers.every(({ state }) => state === 'vacant'), 'no worker is left');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function an_aborted_pool_settles_all_at_once({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const jobs = Array.from({ length: 20 }, () => timed(pool.run('spin', {}, bytes(50_000))));
  const chunks = pool.mapChunks('echo', {}, bytes(1 << 20), { stride: 1024 });
  const closed = pool.close('abort');
  for (const job of jobs) await rejects(job, 'cancelled');
  await rejects(chunks.gather(), 'cancelled');
  await closed;
  check(pool.stats().workers.every(({ state }) => state === 'vacant'), 'no worker is left');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_pool_that_nobody_holds_finishes_what_it_took({ createPool }) {
  const script = counted('./unjank/worker.js');
  const given = async () => {
    const pool = await createPool({ workers: 2, worker: script.make });
    const jobs = Array.from({ length: 30 }, (_, index) => pool.run('echo', {}, bytes(50_000, index)));
    return { jobs, late: timed(pool.run('spin', {}, bytes(), { deadlineMs: 150 })) };
  };
  const { jobs, late } = await given();
  const echoes = await Promise.all(jobs);
  echoes.forEach((echo, index) => sameBytes(echo, bytes(50_000, index), `job ${index}`));
  await rejects(late, 'deadline_exceeded');
}

/** @param {Unjank} unjank */
export async function an_idle_pool_closes_twice({ createPool }) {
  const pool = await createPool({ workers: 1 });
  await pool.close();
  await pool.close('abort');
  await rejects(pool.run('echo', {}, bytes()), 'closed');
}

/** @param {Unjank} unjank */
export async function room_can_be_waited_for({ createPool }) {
  const pool = await createPool({ workers: 1, queue: 4 });
  await pool.ready();
  const jobs = [];
  for (let index = 0; index < 100; index += 1) {
    await pool.ready();
    jobs.push(pool.run('echo', {}, bytes(20_000, index)));
  }
  const echoes = await Promise.all(jobs);
  echoes.forEach((echo, index) => sameBytes(echo, bytes(20_000, index), `job ${index}`));
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_flood_settles_job_by_job({ createPool }) {
  const starts = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 2, queue: FLOOD, worker: starts.make });
  const before = heap();
  const begun = performance.now();
  const jobs = Array.from({ length: FLOOD }, (_, index) => (
    pool.run('echo', {}, Uint32Array.of(index))
  ));
  const echoes = await Promise.all(jobs);
  const took = performance.now() - begun;
  echoes.forEach((echo, index) => {
    equal(new DataView(echo.buffer, echo.byteOffset).getUint32(0, true), index, 'echo');
  });
  settled(pool);
  check(starts.count <= 2, `${starts.count} workers are few`);
  const perSecond = Math.round(FLOOD / took * 1000);
  return `${perSecond} jobs a second, heap ${before} before, ${heap()} with all results`;
}

/** What the page's heap holds, where the engine says it. */
function heap() {
  const { memory } = /** @type {any} */ (performance);
  return memory ? `${memory.usedJSHeapSize >> 20} MiB` : 'unknown';
}
