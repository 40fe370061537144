// @ts-check
// A pool on the page itself: because it was told to, or because there can be no workers.
import { alive, bytes, check, equal, framed, frameUntil, rejects, sameBytes, settled, timed } from '../expect.js';

/** @import { Pool, Unjank } from '../expect.js' */

/** Small ones ride in frames, large ones are transferred. */
const LENGTHS = [64, 1 << 20];

/** @param {Unjank} unjank */
const here = ({ createPool }) => createPool({ workers: 0 });

/** @param {Pool} pool */
function isHere(pool) {
  const { inline, workers } = pool.stats();
  equal(inline, true, 'whether it computes on the page');
  equal(workers.length, 1, 'slots');
}

/** @param {Unjank} unjank */
export async function a_pool_without_workers_computes_on_the_page(unjank) {
  const pool = await here(unjank);
  await alive(pool);
  isHere(pool);
  for (const length of LENGTHS) {
    const sent = bytes(length);
    const chunks = pool.mapChunks('echo', {}, sent, { stride: length / 64, chunkUnits: 1 });
    sameBytes(await chunks.gather(), sent, 'what was gathered');
    const all = await pool.runAll('echo', {}, [1, 2, 3].map((seed) => bytes(length, seed)));
    all.forEach((echo, index) => sameBytes(echo, bytes(length, index + 1), `payload ${index}`));
  }
  settled(pool);
  await pool.close();
  equal(pool.stats().workers[0]?.state, 'vacant', 'the page');
}

/** @param {Unjank} unjank */
export async function what_goes_wrong_on_the_page_costs_its_job_and_an_instance(unjank) {
  const pool = await here(unjank);
  for (const length of LENGTHS) {
    const faults = ['panic', 'trap', 'overflow', 'exhaust'];
    for (const kernel of faults) {
      const job = pool.run(kernel, kernel === 'panic' ? { start: 0 } : {}, bytes(length));
      const behind = pool.run('echo', {}, bytes(length, 2));
      await rejects(job, 'panicked');
      sameBytes(await behind, bytes(length, 2), `the echo behind ${kernel}`);
    }
    equal((await rejects(pool.run('fail', { code: 7 }, bytes(length)), 'kernel')).kernelCode, 7, 'the kernel\'s number');
  }
  await alive(pool);
  equal(pool.stats().workers[0]?.generation, 0, 'instances that could not be renewed');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function the_page_has_turns_between_tasks(unjank) {
  const pool = await here(unjank);
  for (const length of LENGTHS) {
    let turns = 0;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      turns += 1;
      port2.postMessage(0);
    };
    port2.postMessage(0);
    // The first turn is over when the work begins: an engine may have it at the end as well.
    await frameUntil(() => turns > 0);
    turns = 1;
    const chunks = pool.mapChunks('dwell', { ms: 5 }, bytes(length), { stride: length / 32, chunkUnits: 1, order: 'source' });
    let taken = 0;
    for await (const { index } of chunks) {
      equal(index, taken, 'the chunk that comes');
      taken += 1;
    }
    port1.close();
    check(turns >= 32, `${turns} turns while 32 chunks were computed`);
    equal(taken, 32, 'chunks');
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_consumer_that_sleeps_holds_the_work_on_the_page(unjank) {
  const pool = await here(unjank);
  for (const [length, mark] of [[64, 512], [1 << 16, 1 << 19]]) {
    const sent = bytes(40 * (length ?? 0));
    const cut = { stride: length ?? 0, chunkUnits: 1, highWaterMarkBytes: mark };
    const chunks = pool.mapChunks('echo', {}, sent, cut);
    // Others go on, and this one no further.
    while (chunks.done < 8) await pool.run('echo', {}, bytes(64));
    for (let other = 0; other < 20; other += 1) await pool.run('echo', {}, bytes(64));
    equal(chunks.done, 8, 'chunks that were computed for nobody');
    let taken = 0;
    for await (const { start, bytes: part } of chunks) {
      sameBytes(part, sent.subarray(start * cut.stride, (start + 1) * cut.stride), `chunk ${start}`);
      taken += 1;
    }
    equal(taken, 40, 'chunks');
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function what_waits_behind_a_kernel_on_the_page_is_stopped(unjank) {
  const pool = await here(unjank);
  for (const length of LENGTHS) {
    const stop = new AbortController();
    const front = pool.run('dwell', { ms: 100 }, bytes(length));
    const late = timed(pool.run('dwell', { ms: 100 }, bytes(length), { deadlineMs: 20 }));
    const aborted = timed(pool.run('dwell', { ms: 100 }, bytes(length), { signal: stop.signal }));
    late.catch(() => undefined);
    aborted.catch(() => undefined);
    const chunks = pool.mapChunks('dwell', { ms: 5 }, bytes(length), { stride: length / 64, chunkUnits: 1 });
    setTimeout(() => stop.abort(), 10);
    await front;
    await rejects(late, 'deadline_exceeded');
    await rejects(aborted, 'cancelled');
    await chunks.next();
    chunks.abort();
    await rejects(chunks.next(), 'cancelled');
    await alive(pool);
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function closing_drops_or_drains_what_the_page_has(unjank) {
  for (const length of LENGTHS) {
    for (const mode of /** @type {const} */ (['drain', 'abort'])) {
      const pool = await here(unjank);
      const jobs = [1, 2, 3].map((seed) => timed(pool.run('dwell', { ms: 20 }, bytes(length, seed))));
      for (const job of jobs) job.catch(() => undefined);
      const closed = pool.close(mode);
      if (mode === 'drain') await Promise.all(jobs);
      else for (const job of jobs) await rejects(job, 'cancelled');
      await closed;
      settled(pool);
    }
  }
}

/** @param {Unjank} unjank */
export async function two_pools_share_the_page(unjank) {
  const golden = await unjank.createPool({ workers: 0, kernels: '/golden/golden.wasm' });
  const pool = await here(unjank);
  for (const length of LENGTHS) {
    const inverted = bytes(length).map((byte) => ~byte);
    await rejects(golden.run('trap', {}, bytes(length)), 'panicked');
    await rejects(pool.run('trap', {}, bytes(length)), 'panicked');
    const [one, other] = await Promise.all([golden.run('invert', {}, bytes(length)), pool.run('echo', {}, bytes(length))]);
    sameBytes(one, inverted, 'what one made');
    sameBytes(other, bytes(length), 'what the other made');
  }
}

/** @param {Unjank} unjank */
export async function a_pool_that_falls_back_has_workers_where_it_can({ createPool }) {
  const pool = await createPool({ workers: 2, fallback: 'inline' });
  await alive(pool);
  equal(pool.stats().inline, false, 'whether it computes on the page');
}

/**
 * Runs jobs one after the other until one has run at once: what workers measure is coarse.
 *
 * @param {Pool} pool
 * @param {() => Promise<unknown>} run
 */
async function untilAtOnce(pool, run) {
  const { atOnce } = pool.stats();
  let jobs = 0;
  for (; pool.stats().atOnce === atOnce; jobs += 1) {
    check(jobs < 50_000, 'a kernel that does nothing is worth no trip');
    await run();
  }
  return jobs;
}

/** @param {Unjank} unjank */
export async function a_tiny_job_runs_at_once_and_a_large_one_does_not({ createPool }) {
  const pool = await createPool({ workers: 1, inline: 'auto' });
  const jobs = await untilAtOnce(pool, async () => {
    sameBytes(await pool.run('echo', {}, bytes(64)), bytes(64), 'the echo');
  });
  const { atOnce } = pool.stats();
  for (let job = 0; job < 5; job += 1) sameBytes(await pool.run('echo', {}, bytes(1 << 20)), bytes(1 << 20), 'the large echo');
  equal(pool.stats().atOnce, atOnce, 'jobs that ran at once');
  await alive(pool);
  settled(pool);
  return `after ${jobs} jobs`;
}

/** @param {Unjank} unjank */
export async function a_trap_on_the_page_sends_its_kernel_to_workers_for_good({ createPool }) {
  const pool = await createPool({ workers: 1, inline: 'auto' });
  await untilAtOnce(pool, () => pool.run('panic', { start: 1 }, bytes(64)));
  const { message } = await rejects(pool.run('panic', { start: 0 }, bytes(64)), 'panicked');
  check(message.includes('a kernel lost its head'), `${message} is the panic's`);
  const { atOnce } = pool.stats();
  for (let job = 0; job < 100; job += 1) await pool.run('panic', { start: 1 }, bytes(64));
  equal(pool.stats().atOnce, atOnce, 'jobs of it that ran at once');
  await untilAtOnce(pool, () => pool.run('echo', {}, bytes(64)));
  await alive(pool);
  settled(pool);
}

export async function a_page_that_allows_no_workers_computes_itself() {
  const page = await framed('no-workers');
  await page.loaded;
  const pool = await page.unjank.createPool({ workers: 2, spares: 1, fallback: 'inline' });
  await alive(pool);
  isHere(pool);
  await rejects(pool.run('panic', { start: 0 }, bytes()), 'panicked');
  await alive(pool);
}

export async function a_page_of_no_origin_computes_itself() {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.src = '/sandboxed.html?as=any-host';
  const told = new Promise((resolve) => {
    addEventListener('message', ({ data, source }) => {
      if (source === frame.contentWindow) resolve(data);
    });
  });
  document.body.append(frame);
  const { failed, refused, inline, echo } = /** @type {any} */ (await told);
  equal(failed, undefined, 'what went wrong');
  equal(refused?.code, 'script_unavailable', 'what it comes to without a fallback');
  check(/check .*origin.* or allow `fallback`/.test(refused.message), `${refused.message} says what to do`);
  equal(inline, true, 'whether it computes on the page');
  sameBytes(echo, bytes(1 << 20), 'the echo');
}
