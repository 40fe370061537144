import { OtherVersion, readKernels } from '../../worker/js/description.js';
import { Answers } from './answers.js';
import { Clock } from './clock.js';
import { Copies, taskOf } from './copies.js';
import { Core, jobOf } from './core.js';
import { answered, ended, makeError, said } from './errors.js';
import { hint } from './options.js';
import { Port } from './port.js';
import { postOf } from './post.js';
import { Spares } from './spares.js';
import { NextTurn, Timer } from './timer.js';

/**
 * Carries out what the core decides.
 *
 * A turn is: tell the core what happened, have it decide, carry out its effects until there are none, arm the
 * timer, and tell those who wait. What callers want is carried out together, once their stack has unwound, so
 * that jobs that are given together share messages and jobs that are aborted together fall together.
 *
 * @import { Core as Seam } from './seam.d.ts'
 * @import { Accepted, Limits, Submission } from './core.js'
 * @import { UnjankError } from './errors.js'
 * @import { Job } from './job.js'
 * @import { Script, Source } from './port.js'
 * @import { Kernel } from '../../worker/js/description.js'
 * @import { Reply } from '../../worker/js/wire.d.ts'
 *
 * @typedef {import('./later/timeline.js').Timeline} Timeline
 * @typedef {'opening' | 'open' | 'draining' | 'closed' | 'failed'} Lifecycle
 *
 * @typedef {object} Waiter somebody who waits for the pool itself
 * @property {() => boolean} look whether it has come; throws when it never will
 * @property {(value: void) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/** Names of the effects, as `seam.d.ts` numbers them. */
const SPAWN = 1;
const TERMINATE = 2;
const COPY = 3;
const POST = 4;
const DELIVER = 5;
const FAIL = 6;
const DROP = 7;
const SETTLE = 8;
const REPLACED = 9;

/** A reason to end a worker. */
const START_TIMED_OUT = 0;

/** Outcomes. */
const FAILED = 1;
const CANCELLED = 2;

const REPLACES = 'unjank: a worker could not renew its instance, and another takes its place. If the module is '
  + 'made with wasm-bindgen, have the glue generated with `reset_state_function`: then workers heal in place';

export class Engine {
  /** @type {Lifecycle} */
  lifecycle = 'opening';
  hasRoom = true;
  /** Why workers could not be started, most recently. @type {UnjankError} */
  cause = makeError('start_timed_out');

  #core;
  #port;
  #clock = new Clock(() => this.#late.ask());
  #timer = new Timer(() => this.#late.ask());
  /** The turn after the timer's: what was in time and has arrived is heard before what is late. */
  #late = new NextTurn(() => this.#told((now) => this.#core.timeout(now)));
  #own = new NextTurn(() => this.#turn(true));
  #spares = new Spares();
  #copies = new Copies(this.#spares);
  /** @type {Map<number, Job>} By number. */
  #jobs = new Map();
  /** @type {Kernel[]} None before the first worker has said what it has. */
  #kernels = [];
  /** @type {Uint8Array | undefined} */
  #description;
  /** @type {'idle' | 'asked' | 'running' | 'again'} */
  #phase = 'idle';
  /** Whether a turn of its own was asked for. */
  #isOwnAsked = false;
  /** The reply that is being booked, and the buffers that results were found in. @type {Answers | undefined} */
  #answers;
  /** @type {Set<ArrayBuffer>} */
  #taken = new Set();
  /** @type {Waiter[]} */
  #waiting = [];
  /** Told what tasks go through, if somebody wants to see it. @type {Timeline | undefined} */
  timeline;
  /** @type {Float64Array | undefined} What it came to, once it is closed. */
  #last;

  /**
   * @param {Seam} seam
   * @param {Limits} limits
   * @param {Script} script
   * @param {Source} source
   */
  constructor(seam, limits, script, source) {
    this.#core = new Core(seam, limits, this.#clock.now());
    this.#port = new Port(script, source, {
      ready: (slot, generation, description) => this.#ready(slot, generation, description),
      reply: (slot, generation, reply) => this.#replied(slot, generation, reply),
      lost: (slot, generation, error) => this.#lost(slot, generation, error),
    });
    this.#turn();
  }

  // ---- What callers want

  /**
   * @param {string} name
   * @returns {number} the kernel's number
   * @throws {UnjankError} `unknown_kernel`
   */
  kernel(name) {
    const index = this.#kernels.findIndex((kernel) => kernel.name === name);
    if (index < 0) throw makeError('unknown_kernel', { name, text: hint(name, this.#kernels.map((kernel) => kernel.name)) });
    return index;
  }

  /** @param {number} kernel */
  nameOf(kernel) {
    return this.#kernels[kernel]?.name ?? '';
  }

  /**
   * Submits jobs that have the same in common. As many are accepted as there is room for, from the first.
   *
   * @param {Submission} common
   * @param {Job[]} jobs
   * @returns {Accepted}
   */
  submit(common, jobs) {
    if (this.lifecycle === 'closed') throw makeError('closed');
    const lengths = jobs.map(({ payload }) => payload?.length ?? 0);
    const accepted = this.#core.submit(this.#clock.now(), common, lengths);
    for (let index = 0; index < accepted.jobs; index += 1) {
      this.#jobs.set(accepted.first + index, /** @type {Job} */ (jobs[index]));
      this.timeline?.accepted(accepted.first + index);
    }
    this.hasRoom = accepted.hasRoom;
    this.#soon();
    return accepted;
  }

  /** Results of chunked work were taken: as many more may come. @param {number} job @param {number} results */
  take(job, results) {
    this.#want((now) => this.#core.take(now, job, results));
  }

  /** Nobody waits for a job any more: what runs may finish. @param {number} job */
  cancel(job) {
    this.#want((now) => this.#core.cancel(now, job));
  }

  /** Stops jobs wherever they are. @param {number[]} jobs */
  abort(jobs) {
    this.#want((now) => this.#core.abort(now, jobs));
  }

  /** @param {boolean} aborts */
  close(aborts) {
    this.#want((now) => this.#core.close(now, aborts));
  }

  reopen() {
    this.#want((now) => this.#core.reopen(now));
  }

  /**
   * @param {() => boolean} look whether it has come; throws when it never will
   * @returns {Promise<void>}
   */
  until(look) {
    return new Promise((resolve, reject) => {
      const waiter = { look, resolve, reject };
      if (!settles(waiter)) this.#waiting.push(waiter);
    });
  }

  /** Takes back a buffer that nobody needs. @param {ArrayBuffer} buffer */
  recycle(buffer) {
    this.#spares.put(buffer);
  }

  /** The pool's numbers, as `seam.d.ts` orders them. */
  stats() {
    return this.#last ?? this.#core.stats(this.#clock.now());
  }

  get coreBytes() {
    return this.#core.bytes;
  }

  /** Calls in a turn of the event loop of its own. @returns {Promise<void>} */
  nextTurn() {
    return new Promise((resolve) => {
      const turn = new NextTurn(() => {
        turn.stop();
        resolve();
      });
      turn.ask();
    });
  }

  /** @param {(now: number) => void} tell */
  #want(tell) {
    if (this.lifecycle === 'closed') return;
    tell(this.#clock.now());
    this.#soon();
  }

  // ---- What happens in the world

  /** @param {(now: number) => void} tell */
  #told(tell) {
    if (this.lifecycle === 'closed') return;
    tell(this.#clock.now());
    this.#turn();
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {Uint8Array} description
   */
  #ready(slot, generation, description) {
    try {
      this.#agree(description);
    } catch (error) {
      return this.#lost(slot, generation, /** @type {UnjankError} */ (error));
    }
    this.#told((now) => this.#core.ready(now, slot, generation));
  }

  /**
   * Compares what a worker says of its module with what the first said, which is the pool's: another worker may
   * find another module where it looks.
   *
   * @param {Uint8Array} description
   */
  #agree(description) {
    const known = this.#description;
    if (!known) {
      this.#kernels = kernelsOf(description);
      this.#description = description;
      this.#core.describe(this.#kernels);
    } else if (known.length !== description.length || known.some((byte, index) => byte !== description[index])) {
      throw makeError('version_mismatch', { text: 'workers differ in their kernels: reload the page' });
    }
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {Reply} reply
   */
  #replied(slot, generation, reply) {
    let answers;
    try {
      answers = new Answers(reply);
    } catch (error) {
      return this.#lost(slot, generation, makeError('init_failed', { text: said(error) }));
    }
    this.#answers = answers;
    this.timeline?.answered(slot, generation, answers);
    this.#told((now) => this.#core.replied(now, slot, generation, answers));
    this.#answers = undefined;
    answers.free(this.#taken).forEach((buffer) => this.#spares.put(buffer));
    this.#taken.clear();
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {UnjankError} error
   */
  #lost(slot, generation, error) {
    this.cause = error;
    this.#port.terminate(slot, generation);
    this.timeline?.lost(slot, generation);
    this.#told((now) => this.#core.lost(now, slot, generation, error.code === 'bad_kernels'));
  }

  // ---- Turns

  /** Has a turn taken once the caller's stack has unwound. */
  #soon() {
    if (this.#phase === 'running') this.#phase = 'again';
    if (this.#phase !== 'idle') return;
    this.#phase = 'asked';
    queueMicrotask(() => {
      if (this.#phase === 'asked') this.#turn();
    });
  }

  /** @param {boolean} [isOwn] whether it is the turn of its own that was asked for */
  #turn(isOwn = false) {
    if (isOwn) this.#isOwnAsked = false;
    if (this.#phase === 'running' || this.#phase === 'again') {
      this.#phase = 'again';
      return;
    }
    let turn;
    do {
      this.#phase = 'running';
      turn = this.#core.turn(this.#clock.now(), isOwn);
      isOwn = false;
      this.lifecycle = turn.lifecycle;
      this.hasRoom = turn.hasRoom;
      this.#carryOut(turn.effects);
    } while (this.#again());
    this.#phase = 'idle';
    this.#rest(turn.hasMore, turn.timeout);
  }

  #again() {
    return this.#phase === 'again';
  }

  /**
   * @param {boolean} hasMore
   * @param {number} timeout
   */
  #rest(hasMore, timeout) {
    if (hasMore && !this.#isOwnAsked) {
      this.#isOwnAsked = true;
      this.#own.ask();
    }
    if (this.lifecycle === 'closed') this.#leave();
    else this.#timer.arm(timeout, this.#clock.now());
    this.#waiting = this.#waiting.filter((waiter) => !settles(waiter));
  }

  /** Nothing is left of a closed pool but what it came to. */
  #leave() {
    this.#last ??= this.#core.stats(this.#clock.now());
    this.#core.forget();
    this.#clock.stop();
    this.#timer.stop();
    this.#late.stop();
    this.#own.stop();
  }

  /** @param {Uint32Array} effects */
  #carryOut(effects) {
    for (let at = 0; at < effects.length;) at = this.#perform(effects, at);
  }

  /**
   * Carries one effect out.
   *
   * @param {Uint32Array} effects
   * @param {number} at
   * @returns {number} where the next one is
   */
  #perform(effects, at) {
    const [kind, one = 0, other = 0, third = 0, fourth = 0, fifth = 0, sixth = 0, seventh = 0, eighth = 0] =
      effects.subarray(at, at + 9);
    switch (kind) {
      case SPAWN: this.#spawn(one, other); return at + 3;
      case TERMINATE: this.#terminate(one, other, third); return at + 4;
      case COPY: this.#copy(jobOf(one, other), third, { from: fourth, to: fifth, length: sixth, total: seventh }); return at + 8;
      case POST: return this.#post(one, other, effects, at + 3);
      case DELIVER: this.#deliver(jobOf(one, other), third, fourth, { start: fifth, units: sixth, slot: seventh, computeMs: eighth / 1000 }); return at + 9;
      case FAIL: this.#note(jobOf(one, other), this.#failure(third)); return at + 4;
      case DROP: return at + 2;
      case SETTLE: this.#settle(jobOf(one, other), third, fourth); return at + 5;
      case REPLACED: console.warn(REPLACES); return at + 1;
      default: throw new Error('the core said what nobody understands');
    }
  }

  /** @param {number} slot @param {number} generation */
  #spawn(slot, generation) {
    try {
      this.#port.spawn(slot, generation);
    } catch (error) {
      this.#lost(slot, generation, /** @type {UnjankError} */ (error));
    }
  }

  /** @param {number} slot @param {number} generation @param {number} reason */
  #terminate(slot, generation, reason) {
    if (reason === START_TIMED_OUT) this.cause = makeError('start_timed_out');
    this.#port.terminate(slot, generation);
    this.timeline?.lost(slot, generation);
  }

  /**
   * @param {number} id
   * @param {number} index
   * @param {{ from: number, to: number, length: number, total: number }} step
   */
  #copy(id, index, step) {
    const job = this.#jobs.get(id);
    const task = taskOf(id, index);
    try {
      if (job?.payload) this.#copies.go(task, job.payload, step);
    } catch (error) {
      // Its post finds none.
      this.#copies.forget(task);
      this.#note(id, undeliverable(said(error)));
    }
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {Uint32Array} effects
   * @param {number} at
   */
  #post(slot, generation, effects, at) {
    const missing = new Set();
    const held = { jobs: this.#jobs, copies: this.#copies };
    const { request, tasks, moved, end } = postOf(effects, at, held, (job) => {
      missing.add(job);
      this.#note(job, undeliverable('the buffer was transferred elsewhere while its job waited'));
    });
    let refused = tasks.filter(({ job }) => missing.has(job));
    try {
      if (refused.length < tasks.length) this.#port.post(slot, generation, request);
      for (const job of moved) job.payload = undefined;
      this.timeline?.sent(slot, generation, tasks);
    } catch (error) {
      refused = tasks;
      for (const { job } of tasks) this.#note(job, undeliverable(said(error)));
    }
    for (const { job, index } of refused) {
      this.#core.refused(this.#clock.now(), slot, generation, job, index);
      this.#phase = 'again';
    }
    return end;
  }

  /**
   * @param {number} id
   * @param {number} index
   * @param {number} answer
   * @param {{ start: number, units: number, slot: number, computeMs: number }} place
   */
  #deliver(id, index, answer, place) {
    const bytes = this.#answers?.output(answer);
    if (!bytes) return this.#note(id, undeliverable('the worker\'s reply lacks its buffer'));
    this.#taken.add(bytes.buffer);
    this.#jobs.get(id)?.owner.deliver({ index, ...place, bytes });
  }

  /** Why a job is going to fail, unless that is known. @param {number} id @param {UnjankError} error */
  #note(id, error) {
    const job = this.#jobs.get(id);
    if (job) job.failure ??= error;
  }

  /** @param {number} id @param {number} outcome @param {number} attempts */
  #settle(id, outcome, attempts) {
    const job = this.#jobs.get(id);
    if (!job) return;
    this.#jobs.delete(id);
    this.timeline?.settled(id);
    job.leave?.();
    this.#copies.forgetJob(id);
    const error = outcome > FAILED ? this.#end(outcome, job, attempts) : job.failure;
    if (!error) return job.owner.complete();
    error.payload = job.payload;
    job.owner.fail(error);
  }

  /** @param {number} outcome @param {Job} job @param {number} attempts */
  #end(outcome, { signal }, attempts) {
    if (outcome !== CANCELLED) return ended(outcome, { attempts, cause: this.cause });
    return ended(outcome, signal?.aborted ? { cause: signal.reason } : {});
  }

  /** @param {number} answer */
  #failure(answer) {
    const { verdict, code, text, place } = /** @type {Answers} */ (this.#answers).failure(answer);
    return answered(verdict, code, text, place);
  }
}

/** @param {string} text */
function undeliverable(text) {
  return makeError('undeliverable', { text });
}

/** @param {Uint8Array} description */
function kernelsOf(description) {
  try {
    return readKernels(description);
  } catch (error) {
    throw makeError(error instanceof OtherVersion ? 'version_mismatch' : 'bad_kernels', { text: said(error) });
  }
}

/** @param {Waiter} waiter */
function settles({ look, resolve, reject }) {
  try {
    const isThere = look();
    if (isThere) resolve();
    return isThere;
  } catch (error) {
    reject(error);
    return true;
  }
}
