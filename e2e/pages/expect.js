// @ts-check
/** What stories check with. Each throws an error that says what was expected. */

/**
 * @typedef {import('./unjank/index.js').Pool} Pool
 * @typedef {import('./unjank/index.js').PoolSettings} PoolSettings
 * @typedef {import('./unjank/index.js').Kernels} Kernels
 * @typedef {import('./unjank/index.js').UnjankError} UnjankError
 */

/**
 * What stories are about: the pool, which has the kernels of the site unless a story gives it others.
 * @typedef {object} Unjank
 * @property {(options?: PoolSettings & { kernels?: Kernels }) => Promise<Pool>} createPool
 * @property {string} kernels where the kernels are
 * @property {string} script what workers run
 */

/**
 * What an attempt came to, and how long that took.
 * @typedef {{ outcome: string, ms: number }} Settlement
 */

/**
 * What attempts came to in this page, in the order in which they settled.
 * @type {Settlement[]}
 */
export const settlements = [];

/** A story that this engine has no means for. */
export class Cannot extends Error {}

/**
 * Ends a story that this engine has no means for. Which may end so is listed in the tests.
 * @param {string} reason
 * @returns {never}
 */
export function cannot(reason) {
  throw new Cannot(reason);
}

/**
 * @param {unknown} holds
 * @param {string} what
 */
export function check(holds, what) {
  if (!holds) throw new Error(`expected that ${what}`);
}

/**
 * @param {unknown} found
 * @param {unknown} expected
 * @param {string} what
 */
export function equal(found, expected, what) {
  if (!Object.is(found, expected)) throw new Error(`${what}: expected ${expected}, found ${found}`);
}

/**
 * @param {Uint8Array} found
 * @param {Uint8Array} expected
 * @param {string} what
 */
export function sameBytes(found, expected, what) {
  equal(found.length, expected.length, `${what}, length`);
  const place = found.findIndex((byte, index) => byte !== expected[index]);
  check(place === -1, `${what} is the same at byte ${place}`);
}

/** @type {WeakMap<object, number>} */
const beginnings = new WeakMap();

/**
 * Notes when an attempt begins, for one that is waited for later.
 * @template {object} Attempt
 * @param {Attempt} attempt
 */
export function timed(attempt) {
  beginnings.set(attempt, performance.now());
  return attempt;
}

/**
 * Settles like an attempt, and keeps what it came to: with an error, its code.
 * @template Result
 * @param {Promise<Result> | (() => Result | Promise<Result>)} attempt
 * @returns {Promise<Result>}
 */
async function witness(attempt) {
  const begun = beginnings.get(attempt) ?? performance.now();
  const settle = (/** @type {string} */ outcome) => {
    settlements.push({ outcome, ms: performance.now() - begun });
  };
  try {
    const result = await (typeof attempt === 'function' ? attempt() : attempt);
    settle('completed');
    return result;
  } catch (thrown) {
    const { code, name } = /** @type {UnjankError} */ (thrown);
    settle(code ?? name ?? String(thrown));
    throw thrown;
  }
}

/**
 * @param {Promise<unknown> | (() => unknown)} attempt
 * @param {string} code
 * @returns {Promise<UnjankError>} what it rejects with or throws
 */
export async function rejects(attempt, code) {
  try {
    await witness(attempt);
  } catch (thrown) {
    const error = /** @type {UnjankError} */ (thrown);
    if (error.code !== code) throw new Error(`expected ${code}, got ${error.code}: ${error}`);
    // Another frame's errors are no instances of this one's.
    const kind = Object.prototype.toString.call(error);
    check(kind === '[object Error]' && error.name === 'UnjankError', `${code} is an UnjankError`);
    check(error.message !== '', `${code} says what to do`);
    return error;
  }
  throw new Error(`expected ${code}, but it went well`);
}

/**
 * How each of several attempts ends: some well, some not.
 * @template Result
 * @param {Promise<Result>[]} attempts
 */
export function endings(attempts) {
  return Promise.allSettled(attempts.map((attempt) => witness(attempt)));
}

/**
 * What never ends; in WebKit what ends too late, since there the thread of a terminated worker runs on,
 * and ten such threads leave nothing to the others.
 */
export const HANG = /AppleWebKit/.test(navigator.userAgent) && !('chrome' in globalThis)
  ? { kernel: 'dwell', params: { ms: 200 } }
  : { kernel: 'spin', params: {} };

/** Bytes that differ from one another and from run to run of `seed`. */
export function bytes(length = 64, seed = 1) {
  let state = seed >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/**
 * The pool still works.
 * @param {Pool} pool
 */
export async function alive(pool) {
  for (const length of [16, 100_000]) {
    const sent = bytes(length, length);
    sameBytes(await pool.run('echo', {}, sent.slice()), sent, 'the echo after it');
  }
}

/**
 * Settles in the first frame in which something holds.
 * @param {() => boolean | Promise<boolean>} holds
 */
export async function frameUntil(holds) {
  while (!await holds()) await new Promise((turn) => { requestAnimationFrame(turn); });
}

/**
 * Every job that was accepted has settled, and none is anywhere.
 * @param {Pool} pool
 */
export function settled(pool) {
  const stats = pool.stats();
  const { submitted, completed, failed, cancelled, timedOut, lost } = stats;
  equal(completed + failed + cancelled + timedOut + lost, submitted, 'jobs settled');
  equal(stats.queued, 0, 'tasks waiting');
}

/**
 * Shows this page in a frame of its own, with the headers of a variant of the site.
 * @param {string} variant
 * @returns {Promise<any>} the frame's globals
 */
export async function framed(variant) {
  const frame = document.createElement('iframe');
  frame.src = `/index.html?as=${variant}`;
  const shown = new Promise((done) => { frame.addEventListener('load', done); });
  document.body.append(frame);
  await shown;
  return frame.contentWindow;
}

/**
 * Counts the starts of workers of a script, for the option `worker`, and keeps hold of them.
 * @param {string} script
 */
export function counted(script) {
  const workers = /** @type {Worker[]} */ ([]);
  return {
    get count() { return workers.length; },
    workers,
    /** The last one started. */
    get last() { return workers.at(-1); },
    make() {
      const worker = new Worker(new URL(script, import.meta.url), { type: 'module' });
      workers.push(worker);
      return worker;
    },
  };
}

/**
 * Waits for a worker that runs something.
 * @param {Pool} pool
 * @param {number} generation
 */
export async function busy(pool, generation = 0) {
  await frameUntil(() => {
    const worker = pool.stats().workers[0];
    return worker?.state === 'busy' && worker.generation === generation;
  });
}

/** Counts, from here on, the bytes that the page sends to workers by transfer. */
export function weighTransfers() {
  const scale = { bytes: 0 };
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function weighed(/** @type {any} */ message, /** @type {any} */ transfer) {
    for (const item of transfer ?? []) scale.bytes += item.byteLength ?? 0;
    return postMessage.call(this, message, transfer);
  };
  return scale;
}
