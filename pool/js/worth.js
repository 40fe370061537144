/**
 * Jobs that are worth no trip to a worker: they run at once, on the page.
 *
 * @import { Submission } from './core.js'
 * @import { Engine } from './engine.js'
 * @import { Job, Owner } from './job.js'
 * @import { Kernel } from '../../worker/js/description.js'
 * @import { Reply, Request } from '../../worker/js/wire.js'
 *
 * @typedef {object} Known what is known of a kernel
 * @property {number} tasks that were measured, of which those that are long ago count less
 * @property {number} ms that they took; infinite: one of them trapped, or was slow here
 * @property {number} bytes that they had
 */

import { IN_FRAME, INLINE_BYTES, MAGIC } from '../../worker/js/frame.js';
import { COMPLETED, PANICKED } from '../../worker/js/outcome.js';

/** A kind of shape, as `seam.d.ts` numbers them. */
const WHOLE_PAYLOAD = 0;

/** Tasks of a kernel that must be measured before it is trusted: workers have coarse clocks. */
const LEAST_TASKS = 16;

/** Milliseconds of a trip to a worker and back, until some were measured; and the most that is believed of one. */
const TRIP = 0.05;
const LONGEST_TRIP = 0.5;

/** What is worth a trip takes this share of one, or more. */
const FAR_BELOW = 0.2;

/** Milliseconds for such jobs in a task of the page: a sixteenth of a frame, and a short part of one at 120 a second. */
const SHARE_OF_A_TURN = 1;

/** Milliseconds that no task may take: half a frame. A busy machine takes a page's core away for less. */
const SLOW = 8;

/** Where words of a reply with one answer are. */
const VERDICT = 11;
const ANSWERS_END = 24;

/** Of an output whose length nobody knows. */
const UNKNOWN_LENGTH = 0xffff_ffff;

/** Where a page computes, among slots. */
const PAGE = -1;

/**
 * Whether a job is worth no trip, by what tasks of its kernel took and had on average.
 *
 * @param {Known} known
 * @param {number} bytes of its payload
 * @param {number} trip milliseconds of a job without any work, there and back
 * @param {number} left milliseconds of this turn
 */
export function isWorthNoTrip({ tasks, ms, bytes: had }, bytes, trip, left) {
  const longer = Math.max(1, (bytes * tasks) / Math.max(1, had));
  const expected = (ms / tasks) * longer;
  return tasks >= LEAST_TASKS && expected <= Math.min(FAR_BELOW * trip, left);
}

/** Runs jobs at once where that is cheaper, and learns from the others. */
export class Shortcut {
  /** Jobs that were run at once. */
  jobs = 0;
  #engine;
  #compute;
  /** @type {Map<number, Known>} By the number of the kernel. */
  #known = new Map();
  /** Milliseconds of this turn; a job that goes to a worker brings the next. */
  #left = SHARE_OF_A_TURN;
  /** Milliseconds of a trip, on average. */
  #trip = TRIP;

  /**
   * @param {Engine} engine
   * @param {(request: Request) => Reply | undefined} compute at once; undefined: there is no instance any more
   */
  constructor(engine, compute) {
    this.#engine = engine;
    this.#compute = compute;
  }

  /**
   * Runs a job, or listens to what comes of it.
   *
   * @param {Submission} common
   * @param {Job} job
   * @returns {boolean} whether it has settled
   */
  take({ kernel, shape: [kind, stride = 1] }, job) {
    const bytes = job.inputs[0]?.length ?? 0;
    const most = Math.max(bytes, job.params.length);
    if (kind !== WHOLE_PAYLOAD || job.inputs.length > 1 || most > INLINE_BYTES || bytes % stride !== 0) return false;
    let known = this.#known.get(kernel);
    if (!known) this.#known.set(kernel, known = { tasks: 0, ms: 0, bytes: 0 });
    const isFree = this.#isFree;
    if (isFree && isWorthNoTrip(known, bytes, this.#trip, this.#left) && this.#run(kernel, stride, known, job)) return true;
    job.owner = this.#learning(known, bytes, job.owner, isFree ? performance.now() : NaN);
    return false;
  }

  /** Nothing is in front of a job, and no worker is to be spared. */
  get #isFree() {
    const { isPaused, jobs, lifecycle } = this.#engine;
    return lifecycle === 'open' && !isPaused && jobs.size === 0;
  }

  /**
   * @param {number} kernel
   * @param {number} stride
   * @param {Known} known
   * @param {Job} job
   * @returns {boolean} false: a worker is to say what is wrong with it
   */
  #run(kernel, stride, known, { inputs: [payload = new Uint8Array()], params, owner }) {
    const described = this.#engine.described(kernel);
    if (!described.pure) return false;
    const began = performance.now();
    const reply = this.#compute(requestOf(kernel, stride, params, payload, described));
    const computeMs = performance.now() - began;
    this.#left -= computeMs;
    const [verdict, bytes, ...others] = reply ? readOf(reply) : [PANICKED];
    if (computeMs >= SLOW || verdict >= PANICKED) bar(known);
    // Less says little: the first tasks on a page are slow, until its code is compiled for good.
    else if (computeMs > SHARE_OF_A_TURN) learn(known, payload.length, computeMs);
    if (verdict !== COMPLETED || !bytes) return false;
    this.jobs += 1;
    owner.deliver({ index: 0, start: 0, units: payload.length / stride, slot: PAGE, computeMs, bytes, others });
    owner.complete();
    return true;
  }

  /**
   * Learns what a worker makes of a job.
   *
   * @param {Known} known
   * @param {number} bytes
   * @param {Owner} owner
   * @param {number} began when it set out, if nothing was in front of it
   * @returns {Owner}
   */
  #learning(known, bytes, owner, began) {
    return {
      deliver: (result) => {
        // It comes in a turn of its own.
        this.#left = SHARE_OF_A_TURN;
        learn(known, bytes, result.computeMs);
        const trip = Math.min(performance.now() - began - result.computeMs, LONGEST_TRIP);
        if (trip > 0) this.#trip += (trip - this.#trip) / LEAST_TASKS;
        owner.deliver(result);
      },
      complete: () => owner.complete(),
      fail: (error) => {
        if (error.code === 'panicked' || error.code === 'broken_kernel') bar(known);
        owner.fail(error);
      },
    };
  }
}

/**
 * The message of one task over a whole payload, as `wire.d.ts` has it and the core writes it.
 *
 * @param {number} kernel
 * @param {number} stride
 * @param {Uint8Array} params
 * @param {Uint8Array} payload
 * @param {Pick<Kernel, 'grain' | 'outputs'>} described
 * @returns {Request}
 */
function requestOf(kernel, stride, params, payload, { grain, outputs }) {
  const { length } = payload;
  const units = length / stride;
  const words = [
    MAGIC, 2, 1, 1, 1 + outputs.length, 0, 0, 0,
    IN_FRAME, 0, params.length, 0,
    0, 0, 0, kernel, 0, stride, units, 0, 0, units, 0, 0, 1, outputs.length, 0, 0,
    IN_FRAME, params.length, length, 0,
  ];
  for (const { unit, inPlace } of outputs) {
    words.push(grain ? length : unit ? unit * units : UNKNOWN_LENGTH, inPlace + 1, 0, 0);
  }
  const behind = 4 * words.length;
  const frame = new Uint8Array(behind + params.length + length);
  new Uint32Array(frame.buffer, 0, words.length).set(words);
  frame.set(params, behind);
  frame.set(payload, behind + params.length);
  return [frame, []];
}

/**
 * The verdict on the one task of a reply, and its outputs, as `wire.d.ts` has them.
 *
 * @param {Reply} reply
 * @returns {[verdict: number, ...outputs: Uint8Array<ArrayBuffer>[]]}
 */
function readOf([frame, buffers]) {
  const words = new Uint32Array(frame.buffer, 0, frame.length >> 2);
  const word = (/** @type {number} */ place) => /** @type {number} */ (words[place]);
  const end = ANSWERS_END + 4 * word(3);
  /** @type {[number, ...Uint8Array<ArrayBuffer>[]]} */
  const read = [word(VERDICT)];
  for (let row = ANSWERS_END; row < end; row += 4) {
    const from = word(row + 1);
    const length = word(row + 2);
    const buffer = buffers[word(row)];
    read.push(buffer ? new Uint8Array(buffer, from, length) : frame.slice(4 * end + from, 4 * end + from + length));
  }
  return read;
}

/**
 * A task was measured. The first of a kernel takes longer, and is forgotten in time; one that took longer than the
 * longest trip counts as that, since its core may have been taken away.
 *
 * @param {Known} known
 * @param {number} bytes
 * @param {number} ms
 */
export function learn(known, bytes, ms) {
  const rest = known.tasks < 2 * LEAST_TASKS ? 1 : 0.5;
  known.tasks = known.tasks * rest + 1;
  known.bytes = known.bytes * rest + bytes;
  known.ms = known.ms * rest + Math.min(ms, LONGEST_TRIP);
}

/** Whatever it takes from here on, it is worth a trip. @param {Known} known */
function bar(known) {
  known.ms = Infinity;
}
