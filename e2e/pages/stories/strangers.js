// @ts-check
// A channel that others use too, workers that listen late, and more than one pool.
import { alive, bytes, check, counted, equal, rejects, sameBytes, settled } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

const CHATTER = ['text', { type: 'update' }, 7, [], [1, 2], [new Uint8Array(3)], new Uint8Array(9)];

/** @param {Unjank} unjank */
export async function messages_of_others_change_nothing({ createPool }) {
  const starts = counted('./workers/chatty.js');
  const pool = await createPool({ workers: 2, minWorkers: 2, worker: starts.make });
  for (let round = 0; round < 20; round += 1) {
    for (const message of CHATTER) starts.last?.postMessage(message);
    const sent = bytes(50_000, round);
    sameBytes(await pool.run('echo', {}, sent.slice()), sent, `echo ${round}`);
  }
  await alive(pool);
  equal(starts.count, 2, 'workers started');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_script_that_awaits_before_it_listens_is_waited_for({ createPool }) {
  const starts = counted('./workers/awaits.js');
  const pool = await createPool({ workers: 1, worker: starts.make });
  await alive(pool);
  equal(starts.count, 1, 'workers started');
}

/** @param {Unjank} unjank */
export async function a_worker_that_listened_before_there_was_a_pool_will_do({ createPool }) {
  const starts = counted('./unjank/worker.js');
  const worker = starts.make();
  await new Promise((listens) => { worker.onmessage = listens; });
  const pool = await createPool({ workers: 1, worker: () => worker });
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function two_pools_work_side_by_side({ createPool }) {
  const pools = await Promise.all([createPool({ workers: 2 }), createPool({ workers: 2 })]);
  const jobs = Array.from({ length: 40 }, (_, index) => (
    pools.map((pool) => pool.run('echo', {}, bytes(30_000, index)))
  ));
  for (const [index, pair] of jobs.entries()) {
    for (const echo of await Promise.all(pair)) {
      sameBytes(echo, bytes(30_000, index), `job ${index}`);
    }
  }
  const [one, other] = pools;
  const spin = one.run('spin', {}, bytes());
  const closed = one.close('abort');
  await rejects(spin, 'cancelled');
  await closed;
  await alive(other);
  settled(other);
}

/** @param {Unjank} _ */
export async function a_pool_inside_a_worker_works(_) {
  const worker = new Worker(new URL('../workers/has-pool.js', import.meta.url), { type: 'module' });
  const answer = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message || 'the worker did not load'));
  });
  const sent = bytes(1 << 20, 5);
  worker.postMessage(sent);
  const { echo, trap } = await answer;
  sameBytes(echo, sent, 'echo through a pool inside a worker');
  equal(trap, 'panicked', 'what a trap there comes to');
}

/** @param {Unjank} unjank */
export async function pools_that_come_and_go_leave_nothing_behind({ createPool }) {
  const starts = counted('./unjank/worker.js');
  for (let round = 0; round < 60; round += 1) {
    const pool = await createPool({ workers: 2, minWorkers: 2, worker: starts.make });
    const job = pool.run('echo', {}, bytes(20_000, round));
    if (round % 3 === 0) await job;
    await Promise.all([pool.close(round % 2 ? 'drain' : 'abort'), Promise.allSettled([job])]);
    check(pool.stats().workers.every(({ state }) => state === 'vacant'), 'no worker is left');
    settled(pool);
  }
  check(starts.count >= 60, `${starts.count} workers came`);
}
