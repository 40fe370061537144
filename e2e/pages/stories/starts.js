// @ts-check
// Scripts that do not start a worker: building the pool fails by name, after a few tries.
import { alive, bytes, check, counted, endings, equal, frameUntil, rejects, settled } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

const MOST_STARTS = 4;

/**
 * @param {Unjank} unjank
 * @param {string} script
 * @param {string} code
 */
async function cannotStart({ createPool }, script, code, options = {}) {
  const starts = counted(script);
  const error = await rejects(createPool({ workers: 1, worker: starts.make, ...options }), code);
  check(starts.count >= 1 && starts.count <= MOST_STARTS, `${starts.count} starts are few`);
  return error;
}

/** @param {Unjank} unjank */
export async function a_missing_script_is_named({ createPool }) {
  const worker = new URL('../workers/nowhere.js', import.meta.url);
  const error = await rejects(createPool({ workers: 2, worker }), 'script_unavailable');
  check(error.message.includes('nowhere.js'), `${error.message} names it`);
}

/** @param {Unjank} unjank */
export async function a_missing_script_is_tried_a_few_times(unjank) {
  await cannotStart(unjank, './workers/nowhere.js', 'script_unavailable');
}

/** @param {Unjank} unjank */
export async function a_page_is_no_script(unjank) {
  await cannotStart(unjank, './index.html', 'script_unavailable');
}

/**
 * Some engines say where a script is broken, others only that it did not load.
 * @param {Unjank} unjank
 * @param {string} script
 */
async function isBroken({ createPool }, script) {
  const worker = new URL(`../workers/${script}`, import.meta.url);
  const [end] = await endings([createPool({ workers: 1, worker })]);
  const { code, message } = end?.status === 'rejected' ? end.reason : assertNever();
  check(['script_unavailable', 'init_failed'].includes(code), `${code} is a failed start`);
  check(message.includes(script), `${message} names it`);
}

/** @returns {never} */
function assertNever() {
  throw new Error('expected a failed start');
}

/** @param {Unjank} unjank */
export async function a_script_with_a_syntax_error_is_named(unjank) {
  await isBroken(unjank, 'bad-syntax.js');
}

/** @param {Unjank} unjank */
export async function a_script_with_a_bad_import_is_named(unjank) {
  await isBroken(unjank, 'bad-import.js');
}

/** @param {Unjank} unjank */
export async function a_pool_that_gave_up_is_reopened_on_demand({ createPool }) {
  const script = counted('./unjank/worker.js');
  let broken = false;
  const worker = () => {
    if (broken) throw new Error('no workers today');
    return script.make();
  };
  const pool = await createPool({ workers: 1, worker });
  broken = true;
  script.last?.terminate();
  const waiting = [1, 2, 3].map((seed) => pool.run('echo', {}, bytes(9000, seed)));
  for (const job of waiting) await rejects(job, 'init_failed');
  const sent = bytes(9000);
  equal((await rejects(pool.run('echo', {}, sent), 'init_failed')).payload?.buffer, sent.buffer, 'payload');
  await rejects(pool.reopen(), 'init_failed');
  broken = false;
  await pool.reopen();
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_pool_that_gave_up_begins_again_by_itself({ createPool }) {
  const script = counted('./unjank/worker.js');
  let broken = false;
  const worker = () => {
    if (broken) throw new Error('no workers today');
    return script.make();
  };
  const pool = await createPool({ workers: 2, minWorkers: 2, worker });
  broken = true;
  script.workers.forEach((made) => made.terminate());
  await rejects(pool.run('echo', {}, bytes(1 << 20)), 'init_failed');
  broken = false;
  // Nobody reopens it: while it rests it refuses.
  await frameUntil(async () => {
    const [end] = await endings([pool.run('echo', {}, bytes(64))]);
    if (end?.status === 'rejected') equal(end.reason.code, 'init_failed', 'why it refuses');
    return end?.status === 'fulfilled';
  });
  await alive(pool);
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'idle'));
  settled(pool);
}

/** @param {Unjank} unjank */
export async function starts_that_fail_cost_time_and_no_worker({ createPool }) {
  const script = counted('./unjank/worker.js');
  let failures = 0;
  const worker = () => {
    if (script.count === 0 || failures >= MOST_STARTS) return script.make();
    failures += 1;
    throw new Error('not yet');
  };
  const pool = await createPool({ workers: 2, minWorkers: 2, worker });
  await alive(pool);
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'idle'));
  equal(failures, MOST_STARTS, 'starts that failed');
  equal(script.count, 2, 'workers that started');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_browser_that_lies_about_its_cores_gets_a_bounded_pool({ createPool }) {
  for (const cores of [1000, 0, 1, NaN, -4, 'many', undefined]) {
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores, configurable: true });
    const pool = await createPool();
    const { length } = pool.stats().workers;
    check(length >= 1 && length <= 16, `${length} workers for ${cores} cores are few`);
    await alive(pool);
    await pool.close();
  }
}

/** @param {Unjank} unjank */
export async function a_script_that_throws_says_what(unjank) {
  const error = await cannotStart(unjank, './workers/throws.js', 'init_failed');
  check(error.message.includes('not today'), `${error.message} is what it threw`);
}

/** @param {Unjank} unjank */
export async function a_script_that_is_silent_times_out(unjank) {
  await cannotStart(unjank, './workers/silent.js', 'start_timed_out', { startTimeoutMs: 150 });
}

/** @param {Unjank} unjank */
export async function a_worker_that_closes_at_once_times_out(unjank) {
  await cannotStart(unjank, './workers/closes.js', 'start_timed_out', { startTimeoutMs: 300 });
}

/** @param {Unjank} unjank */
export async function a_worker_of_another_build_is_told_apart(unjank) {
  const error = await cannotStart(unjank, './workers/other-version.js', 'version_mismatch');
  check(error.message.includes('reload'), `${error.message} says what to do`);
}

/** @param {Unjank} unjank */
export async function a_worker_that_babbles_times_out(unjank) {
  await cannotStart(unjank, './workers/babbles.js', 'start_timed_out', { startTimeoutMs: 150 });
}

/** @param {Unjank} unjank */
export async function a_factory_that_throws_says_what({ createPool }) {
  const worker = () => { throw new Error('no workers today'); };
  const error = await rejects(createPool({ workers: 1, worker }), 'init_failed');
  check(error.message.includes('no workers today'), `${error.message} is what it threw`);
}

/** @param {Unjank} unjank */
export async function a_factory_of_something_else_is_refused({ createPool }) {
  const worker = /** @type {any} */ (() => ({}));
  await rejects(createPool({ workers: 1, worker }), 'init_failed');
}

/** @param {Unjank} unjank */
export async function what_is_no_script_is_refused({ createPool }) {
  for (const worker of [{}, 7, Symbol('worker'), Object.create(null)]) {
    await rejects(createPool({ worker: /** @type {any} */ (worker) }), 'bad_option');
  }
}

/** @param {Unjank} unjank */
export async function a_script_of_another_origin_is_refused({ createPool }) {
  const worker = 'http://127.0.0.1:1/worker.js';
  await rejects(createPool({ workers: 1, worker }), 'script_unavailable');
}

/** @param {Unjank} unjank */
export async function a_factory_works_like_the_script({ createPool }) {
  const starts = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: starts.make });
  equal((await pool.run('echo', {}, new ArrayBuffer(3))).length, 3, 'bytes');
  equal(starts.count, 1, 'starts');
}

/** @param {Unjank} unjank */
export async function a_second_pool_works_after_a_failed_one({ createPool }) {
  await rejects(createPool({ workers: 1, worker: './workers/nowhere.js' }), 'script_unavailable');
  const pool = await createPool({ workers: 1 });
  equal((await pool.run('echo', {}, new ArrayBuffer(3))).length, 3, 'bytes');
}
