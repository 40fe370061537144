// @ts-check
// What callers get wrong, and what they rely on where JavaScript is met: signals, options, errors, results.
import { HANG, alive, busy, bytes, check, equal, frameUntil, rejects, sameBytes, settled, timed } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

/** Small ones ride in frames, large ones are transferred. */
const LENGTHS = [64, 1 << 20];

/** @param {Unjank} unjank */
export async function the_reason_of_a_signal_is_the_cause_of_the_error({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 2 });
  const { kernel, params } = HANG;
  for (const length of LENGTHS) {
    const late = pool.run(kernel, params, bytes(length), { signal: AbortSignal.timeout(20) });
    const { cause } = await rejects(timed(late), 'cancelled');
    check(cause instanceof DOMException && cause.name === 'TimeoutError', `${cause} is the signal's reason`);
    const controller = new AbortController();
    const { signal } = controller;
    const works = [
      pool.run(kernel, params, bytes(length), { signal }),
      pool.runPiece(kernel, params, bytes(length), { signal }),
      pool.runAll(kernel, params, [bytes(length), bytes(length)], { signal }),
      pool.mapChunks(kernel, params, bytes(length), { stride: 16, signal }).next(),
      pool.mapChunks(kernel, params, bytes(length), { stride: 16, signal }).gather(),
    ].map((work) => timed(/** @type {Promise<unknown>} */ (work)));
    // They fall together, and are looked at one after the other.
    for (const work of works) work.catch(() => undefined);
    controller.abort('enough');
    for (const work of works) equal((await rejects(work, 'cancelled')).cause, 'enough', 'cause');
  }
  const { signal } = new AbortController();
  const { cause } = await rejects(pool.run('fail', { code: 1 }, bytes(), { signal }), 'kernel');
  equal(cause, undefined, 'cause of another error');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function what_only_looks_like_a_signal_is_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const lookalike = { aborted: false, addEventListener() {}, removeEventListener() {} };
  for (const signal of /** @type {any[]} */ ([lookalike, {}, 'abort', 7, new AbortController()])) {
    for (const length of LENGTHS) {
      const sent = bytes(length);
      const error = await rejects(pool.run('echo', {}, sent, { signal }), 'bad_option');
      check(error.message.includes('AbortSignal'), `${error.message} says what it wants`);
      await rejects(() => pool.mapChunks('echo', {}, sent, { stride: 16, signal }), 'bad_option');
      sameBytes(sent, bytes(length), 'what was not sent');
    }
  }
  const frame = document.body.appendChild(document.createElement('iframe'));
  const { AbortController: Other } = /** @type {any} */ (frame.contentWindow);
  const elsewhere = new Other();
  sameBytes(await pool.run('echo', {}, bytes(), { signal: elsewhere.signal }), bytes(), 'with a signal of another frame');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function one_signal_for_many_jobs_ends_one_worker_and_gives_back_the_rest({ createPool }) {
  const pool = await createPool({ workers: 1, spares: 1 });
  await alive(pool);
  const { kernel, params } = HANG;
  const controller = new AbortController();
  const sent = [1, 2, 3].map((seed) => bytes(1 << 20, seed));
  const jobs = sent.map((payload) => timed(pool.run(kernel, params, payload, { signal: controller.signal })));
  await busy(pool);
  for (const job of jobs) job.catch(() => undefined);
  controller.abort();
  const errors = [];
  for (const job of jobs) errors.push(await rejects(job, 'cancelled'));
  const kept = errors.filter(({ payload }) => payload?.length === 1 << 20);
  equal(kept.length, 2, 'payloads that were still on the page');
  await alive(pool);
  equal(pool.stats().workers.reduce((sum, { generation }) => sum + generation, 0), 1, 'workers that were ended');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function jobs_that_are_aborted_in_the_call_that_gave_them_never_leave({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 2 });
  for (const length of LENGTHS) {
    const controller = new AbortController();
    const sent = [1, 2, 3, 4].map((seed) => bytes(length, seed));
    const jobs = sent.map((payload) => pool.run(HANG.kernel, HANG.params, payload, { signal: controller.signal }));
    for (const job of jobs) job.catch(() => undefined);
    controller.abort();
    for (const [index, job] of jobs.entries()) {
      sameBytes((await rejects(job, 'cancelled')).payload ?? bytes(1), bytes(length, index + 1), 'the payload');
    }
  }
  await alive(pool);
  check(pool.stats().workers.every(({ generation }) => generation === 0), 'no worker was ended');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_misspelt_option_is_named_with_the_nearest({ createPool }) {
  /** @type {any} */
  const wrong = { worker: undefined, minworkers: 1 };
  const error = await rejects(createPool(wrong), 'bad_option');
  check(error.message.includes('`minWorkers`'), `${error.message} names the nearest`);
  const pool = await createPool({ workers: 1 });
  const run = (/** @type {any} */ options) => pool.run('echo', {}, bytes(), options);
  check((await rejects(run({ deadline: 5 }), 'bad_option')).message.includes('`deadlineMs`'), 'run names it');
  check((await rejects(run({ lane: 'fast' }), 'bad_option')).message.includes('interactive'), 'a lane is named');
  check((await rejects(run({ deadlineMs: '5' }), 'bad_option')).message.includes("'5' (string)"), 'what was given');
  const unknown = await rejects(pool.run('ecco', {}, bytes()), 'unknown_kernel');
  check(unknown.message.includes('`echo`'), `${unknown.message} names the nearest`);
  equal(pool.stats().submitted, 0, 'jobs that were accepted');
}

/** @param {Unjank} unjank */
export async function an_error_prints_and_travels_without_its_payload({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const length of LENGTHS) {
    const sent = bytes(length);
    const error = await rejects(pool.run('nobody', {}, sent), 'unknown_kernel');
    equal(error.payload, sent, 'the payload');
    check(JSON.stringify(error).length < 300, 'it is short in JSON');
    check(JSON.stringify(error).includes('unknown_kernel'), 'its code is in JSON');
    check(!Object.keys(error).includes('payload'), 'nothing that lists its properties finds the payload');
    equal(structuredClone(error).message, error.message, 'the message of its clone');
    check(error.stack?.includes('edges.js'), `${error.stack} has the line of the caller`);
  }
}

/** @param {Unjank} unjank */
export async function chunks_are_taken_or_gathered_and_not_both({ createPool }) {
  const pool = await createPool({ workers: 2 });
  for (const length of LENGTHS) {
    const source = bytes(length);
    const cut = { stride: length / 16, chunkUnits: 1 };
    const taken = pool.mapChunks('echo', {}, source, cut);
    await taken.next();
    await rejects(taken.gather(), 'consumed');
    await taken.return?.();
    const gathered = pool.mapChunks('echo', {}, source, cut);
    const whole = gathered.gather();
    await rejects(gathered.next(), 'consumed');
    await rejects(gathered.gatherInPlace(), 'consumed');
    sameBytes(await whole, bytes(length), 'what was gathered');
    equal(gathered.done, gathered.total, 'chunks done');
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_gathering_can_be_aborted_and_left({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const length of LENGTHS) {
    for (const gather of /** @type {const} */ (['gather', 'gatherInPlace'])) {
      const cut = { stride: length / 16, chunkUnits: 1 };
      const aborted = pool.mapChunks(HANG.kernel, HANG.params, bytes(length), cut);
      const whole = timed(aborted[gather]());
      aborted.abort();
      await rejects(whole, 'cancelled');
      const left = pool.mapChunks('echo', {}, bytes(length), cut);
      const other = timed(left[gather]());
      await left.return?.();
      await rejects(other, 'cancelled');
    }
  }
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_part_of_a_buffer_leaves_the_rest_on_the_page({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const length of LENGTHS) {
    const whole = bytes(3 * length);
    const part = whole.subarray(length, 2 * length);
    sameBytes(await pool.run('echo', {}, part), part, 'the echo of a part');
    equal(whole.length, 3 * length, 'bytes on the page');
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function what_is_asked_of_a_closed_pool_is_refused_by_name({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const chunks = pool.mapChunks('echo', {}, bytes(), { stride: 16 });
  const closing = pool.close('abort');
  await rejects(chunks.next(), 'cancelled');
  for (const when of [closing, pool.closed]) {
    for (const length of LENGTHS) {
      const sent = bytes(length);
      const error = await rejects(pool.run('echo', {}, sent), 'closed');
      equal(error.payload, sent, 'the payload');
      await rejects(pool.runAll('echo', {}, [sent]), 'closed');
      await rejects(() => pool.mapChunks('echo', {}, sent, { stride: 16 }), 'closed');
    }
    await rejects(pool.ready(), 'closed');
    await rejects(pool.reopen(), 'closed');
    await when;
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function two_pools_are_made_at_once({ createPool }) {
  const pools = await Promise.all([createPool({ workers: 1 }), createPool({ workers: 2 })]);
  for (const pool of pools) await alive(pool);
  await Promise.all(pools.map((pool) => pool.close()));
}

/** @param {Unjank} unjank */
export async function a_consumer_that_sleeps_holds_no_more_than_was_allowed({ createPool }) {
  const pool = await createPool({ workers: 2 });
  for (const length of LENGTHS) {
    const source = bytes(24 * length);
    const cut = { stride: length, chunkUnits: 1, highWaterMarkBytes: 4 * length };
    const chunks = pool.mapChunks('echo', {}, source, cut);
    await frameUntil(() => chunks.done === 4 && pool.stats().inFlight === 0);
    await alive(pool);
    equal(chunks.done, 4, 'results that wait');
    let taken = 0;
    for await (const { start, bytes: echo } of chunks) {
      sameBytes(echo, source.subarray(start * length, (start + 1) * length), `chunk ${start}`);
      taken += 1;
      check(chunks.done - taken <= 4, 'no more wait');
    }
    equal(taken, 24, 'results taken');
  }
  settled(pool);
}
