// @ts-check
// Workers that hang, vanish or are ended: their jobs settle, and others take their place.
import {
  alive, busy, bytes, cannot, check, counted, equal, frameUntil, HANG, rejects, sameBytes, settled, timed,
} from '../expect.js';

/** @import { Unjank } from '../expect.js' */

/** @param {Unjank} unjank */
export async function a_job_past_its_deadline_is_stopped({ createPool }) {
  const pool = await createPool({ workers: 1 });
  await rejects(pool.run('spin', {}, bytes(), { deadlineMs: 150 }), 'deadline_exceeded');
  await alive(pool);
  equal(pool.stats().workers[0]?.generation, 1, 'workers that were replaced');
  equal(pool.stats().timedOut, 1, 'jobs that timed out');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_deadline_passes_in_the_queue_too({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const controller = new AbortController();
  const spin = timed(pool.run('spin', {}, bytes(), { signal: controller.signal }));
  const sent = bytes(1 << 20);
  const error = await rejects(pool.run('echo', {}, sent.slice(), { deadlineMs: 100 }), 'deadline_exceeded');
  sameBytes(error.payload ?? bytes(1), sent, 'the payload that comes back');
  controller.abort();
  await rejects(spin, 'cancelled');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function an_abort_stops_a_running_job({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const controller = new AbortController();
  const job = timed(pool.run('spin', {}, bytes(1 << 20), { signal: controller.signal }));
  await busy(pool);
  controller.abort();
  await rejects(job, 'cancelled');
  await alive(pool);
  equal(pool.stats().workers[0]?.generation, 1, 'workers that were replaced');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function an_abort_takes_a_waiting_job_out({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const [running, waiting] = [new AbortController(), new AbortController()];
  const spin = timed(pool.run('spin', {}, bytes(), { signal: running.signal }));
  const sent = bytes(1 << 20);
  const job = timed(pool.run('echo', {}, sent.slice(), { signal: waiting.signal }));
  equal(pool.stats().queued, 1, 'jobs waiting');
  waiting.abort();
  const error = await rejects(job, 'cancelled');
  sameBytes(error.payload ?? bytes(1), sent, 'the payload that comes back');
  equal(pool.stats().queued, 0, 'jobs waiting after it');
  equal(pool.stats().workers[0]?.generation, 0, 'workers that were replaced');
  running.abort();
  await rejects(spin, 'cancelled');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function an_abort_frees_its_place_in_a_full_queue({ createPool }) {
  const pool = await createPool({ workers: 1, queue: 2 });
  const [running, waiting] = [new AbortController(), new AbortController()];
  const spin = pool.run('spin', {}, bytes(), { signal: running.signal });
  const jobs = [1, 2].map((seed) => pool.run('echo', {}, bytes(9000, seed), { signal: waiting.signal }));
  await rejects(pool.run('echo', {}, bytes(9000, 3)), 'queue_full');
  waiting.abort();
  const next = pool.run('echo', {}, bytes(9000, 4));
  for (const job of jobs) check((await rejects(job, 'cancelled')).payload, 'the payload comes back');
  running.abort();
  await rejects(spin, 'cancelled');
  sameBytes(await next, bytes(9000, 4), 'what took the place');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_pool_is_paused_and_changes_its_size({ createPool }) {
  const starts = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: starts.make });
  const living = () => pool.stats().workers.filter(({ state }) => state !== 'vacant').length;
  for (const size of [64, 1 << 20]) {
    pool.pause();
    const jobs = [1, 2, 3, 4].map((seed) => pool.run('echo', {}, bytes(size, seed)));
    pool.resize(2);
    await frameUntil(() => pool.stats().workers.filter(({ state }) => state === 'idle').length === 2);
    equal(pool.stats().queued, 4, 'jobs that wait while it is paused');
    pool.resume();
    for (const [index, job] of jobs.entries()) sameBytes(await job, bytes(size, index + 1), 'a result');
    pool.resize(1);
    await frameUntil(() => living() === 1);
  }
  await alive(pool);
  equal(starts.count, 3, 'workers that were started');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_spare_takes_the_next_job_at_once({ createPool }) {
  const starts = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, spares: 1, worker: starts.make });
  const gaps = [];
  for (let round = 0; round < 10; round += 1) {
    await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'idle'));
    const controller = new AbortController();
    const { kernel, params } = HANG;
    const hangs = pool.run(kernel, params, bytes(1 << 20), { signal: controller.signal });
    await frameUntil(() => pool.stats().workers.some(({ state }) => state === 'busy'));
    const begun = performance.now();
    controller.abort();
    const echo = pool.run('echo', {}, bytes(64, round));
    const started = starts.count;
    await rejects(hangs, 'cancelled');
    sameBytes(await echo, bytes(64, round), 'the next job');
    gaps.push(performance.now() - begun);
    check(starts.count <= started + 1, 'the next job waited for no start but the successor\'s');
  }
  settled(pool);
  gaps.sort((a, b) => a - b);
  return `next result ${gaps[5]?.toFixed(1)} ms after the abort (median), ${gaps[9]?.toFixed(1)} at most`;
}

/** @param {Unjank} unjank */
export async function a_signal_that_is_aborted_already_moves_nothing({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 2 });
  const signal = AbortSignal.abort();
  for (const length of [64, 1 << 20]) {
    const sent = bytes(length);
    const calls = [
      () => pool.run('spin', {}, sent, { signal }),
      () => pool.runPiece('spin', {}, sent, { signal }),
      () => pool.runAll('spin', {}, [sent, sent], { signal }),
      () => pool.mapChunks('spin', {}, sent, { stride: 16, signal }),
    ];
    for (const call of calls) await rejects(call, 'cancelled');
    sameBytes(sent, bytes(length), 'what was not sent');
  }
  await alive(pool);
  settled(pool);
  check(pool.stats().workers.every(({ generation }) => generation === 0), 'no worker was ended');
}

/** @param {Unjank} unjank */
export async function what_was_sent_ahead_survives_its_worker({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const spin = timed(pool.run('spin', {}, bytes(), { deadlineMs: 200 }));
  const ahead = Array.from({ length: 30 }, (_, index) => pool.run('echo', {}, bytes(40, index)));
  await rejects(spin, 'deadline_exceeded');
  const echoes = await Promise.all(ahead);
  echoes.forEach((echo, index) => sameBytes(echo, bytes(40, index), `job ${index}`));
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_hanging_job_in_the_middle_of_a_message_is_stopped({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const before = pool.run('echo', {}, bytes(16, 1));
  const spin = pool.run('spin', {}, bytes(16, 2), { deadlineMs: 100 });
  const after = pool.run('echo', {}, bytes(16, 3));
  await rejects(spin, 'deadline_exceeded');
  sameBytes(await before, bytes(16, 1), 'the job before it');
  sameBytes(await after, bytes(16, 3), 'the job behind it');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_hanging_job_spares_the_other_worker({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 2 });
  const controller = new AbortController();
  const spin = timed(pool.run('spin', {}, bytes(), { signal: controller.signal }));
  for (let index = 0; index < 20; index += 1) {
    sameBytes(await pool.run('echo', {}, bytes(70_000, index)), bytes(70_000, index), `job ${index}`);
  }
  controller.abort();
  await rejects(spin, 'cancelled');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_worker_that_closes_itself_is_replaced({ createPool }) {
  const script = counted('./workers/closable.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  await alive(pool);
  script.last?.postMessage('close');
  await alive(pool);
  equal(script.count, 2, 'workers started');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_worker_that_is_terminated_by_the_page_takes_a_moved_payload_along({ createPool }) {
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  const job = timed(pool.run('spin', {}, bytes(1 << 20)));
  await busy(pool);
  script.last?.terminate();
  const error = await rejects(job, 'worker_lost');
  equal(error.attempts, 1, 'workers that the job lost');
  equal(error.payload, undefined, 'payload');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_worker_that_is_terminated_while_idle_is_replaced({ createPool }) {
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  await alive(pool);
  script.last?.terminate();
  await alive(pool);
  equal(script.count, 2, 'workers started');
}

/** @param {Unjank} unjank */
export async function a_kept_payload_is_sent_again_a_few_times({ createPool }) {
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  const sent = bytes(1 << 20);
  const job = timed(pool.run('spin', {}, sent.slice(), { transfer: false }));
  for (const generation of [0, 1, 2]) {
    await busy(pool, generation);
    script.last?.terminate();
  }
  const error = await rejects(job, 'worker_lost');
  equal(error.attempts, 3, 'workers that the job lost');
  sameBytes(error.payload ?? bytes(1), sent, 'the payload that comes back');
  await alive(pool);
  equal(script.count, 4, 'workers started');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function what_waited_behind_a_lost_worker_completes({ createPool }) {
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  const lost = timed(pool.run('spin', {}, bytes(1 << 20)));
  const waiting = [1, 2, 3].map((seed) => pool.run('echo', {}, bytes(50_000, seed)));
  await busy(pool);
  script.last?.terminate();
  await rejects(lost, 'worker_lost');
  const echoes = await Promise.all(waiting);
  echoes.forEach((echo, index) => sameBytes(echo, bytes(50_000, index + 1), `job ${index}`));
  settled(pool);
}

/** @param {Unjank} unjank */
export async function an_answer_that_cannot_be_read_costs_its_worker({ createPool }) {
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  const job = timed(pool.run('spin', {}, bytes(1 << 20)));
  await busy(pool);
  // Engines that cannot bring a message over say so by this event.
  script.last?.dispatchEvent(new MessageEvent('messageerror'));
  const error = await rejects(job, 'worker_lost');
  check(error.message.includes('read'), `${error.message} says what became of it`);
  await alive(pool);
  equal(script.count, 2, 'workers started');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_worker_that_the_browser_ends_is_replaced({ createPool }) {
  if (navigator.userAgent.includes('Gecko/')) {
    cannot('no event tells of it, and a lock that would keeps the page out of the back/forward cache');
  }
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  // Not for ever: WebKit does not end a thread whose loop has been compiled.
  const job = timed(pool.run('dwell', { ms: 500 }, bytes(1 << 20)));
  await busy(pool);
  // Past the pool, as the browser would: no call and no event tells of it.
  Worker.prototype.terminate.call(script.last);
  await rejects(job, 'worker_lost');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function many_hanging_jobs_are_stopped_one_by_one({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const jobs = Array.from({ length: 8 }, () => (
    timed(pool.run('spin', {}, bytes(1 << 16), { deadlineMs: 250 }))
  ));
  for (const job of jobs) await rejects(job, 'deadline_exceeded');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function idle_workers_are_let_go({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 1, idleTimeoutMs: 100 });
  await Promise.all([1, 2, 3, 4].map((seed) => pool.run('echo', {}, bytes(1 << 20, seed))));
  await frameUntil(() => pool.stats().workers.filter(({ state }) => state === 'vacant').length === 1);
  await alive(pool);
}
