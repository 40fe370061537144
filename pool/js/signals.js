/** Signals of callers: which are some, and which jobs hear them. */
import { expected, makeError } from './errors.js';

/**
 * @callback Abort tells a pool that these jobs are to be stopped
 * @param {number[]} jobs
 */

/**
 * Who hears a signal: jobs, by their pool. It has one listener, however many there are: engines take a time for
 * each that grows with their number.
 *
 * @typedef {{ jobsOf: Map<Abort, Set<number>>, listener: () => void }} Audience
 */

/** @type {WeakMap<AbortSignal, Audience>} */
const audiences = new WeakMap();

/**
 * Looks at a signal before anything is moved.
 *
 * @param {AbortSignal | null} [signal] or anything else
 * @returns {AbortSignal | undefined} the signal, if there is one
 * @throws {UnjankError} `bad_option` if it is none, `cancelled` if it is aborted already
 */
export function check(signal) {
  const given = signalOf(signal);
  if (given && isAborted(given)) throw makeError('cancelled', {}, { cause: given.reason });
  return given;
}

/**
 * A signal, aborted or not.
 *
 * @param {AbortSignal | null} [signal] or anything else
 * @returns {AbortSignal | undefined} the signal, if there is one
 * @throws {UnjankError} `bad_option` if it is none
 */
export function signalOf(signal) {
  if (signal === undefined || signal === null) return undefined;
  isAborted(signal);
  return signal;
}

/**
 * Has a job hear a signal that is not aborted yet. When it is, each pool hears once, of all of its jobs.
 *
 * @param {AbortSignal} signal
 * @param {number} job
 * @param {Abort} abort the pool's: always the same function
 * @returns {() => void} the undo, to be called when the job has settled; more than once is fine
 */
export function attend(signal, job, abort) {
  const audience = audiences.get(signal) ?? assemble(signal);
  const jobs = audience.jobsOf.get(abort) ?? new Set();
  audience.jobsOf.set(abort, jobs.add(job));
  return () => {
    if (!jobs.delete(job) || jobs.size > 0) return;
    audience.jobsOf.delete(abort);
    if (audience.jobsOf.size === 0) dismiss(signal, audience);
  };
}

/**
 * Those of other frames count too, and only the platform's own getter knows them: what looks like one is none.
 *
 * @param {AbortSignal} signal
 * @returns {boolean}
 */
function isAborted(signal) {
  try {
    return Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')?.get?.call(signal);
  } catch {
    throw expected('signal', 'an AbortSignal', signal);
  }
}

/** @param {AbortSignal} signal */
function assemble(signal) {
  /** @type {Audience} */
  const audience = {
    jobsOf: new Map(),
    listener() {
      dismiss(signal, audience);
      tellEach([...audience.jobsOf]);
    },
  };
  audiences.set(signal, audience);
  signal.addEventListener('abort', audience.listener);
  return audience;
}

/**
 * @param {AbortSignal} signal
 * @param {Audience} audience
 */
function dismiss(signal, { listener }) {
  audiences.delete(signal);
  signal.removeEventListener('abort', listener);
}

/**
 * Whatever one pool makes of it, the next one hears too.
 *
 * @param {[Abort, Set<number>][]} pools
 */
function tellEach([first, ...others]) {
  if (!first) return;
  const [abort, jobs] = first;
  try {
    abort([...jobs]);
  } finally {
    tellEach(others);
  }
}
