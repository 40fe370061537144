import { OtherVersion, readKernels } from '../../worker/js/description.js';
import { Answers } from './answers.js';
import { Clock } from './clock.js';
import { Copies, taskOf } from './copies.js';
import { Core, halves, jobOf } from './core.js';
import { answered, ended, loaded, makeError, said } from './errors.js';
import { wordsFrom } from './memory.js';
import { hint } from './options.js';
import { Port } from './port.js';
import { postOf, tasksOf } from './post.js';
import { Spares } from './spares.js';
import { NextTurn, Timer, nextTurn } from './timer.js';

/**
 * Carries out what the core decides.
 *
 * A turn is: tell the core what happened, have it decide, carry out its effects until there are none, arm the
 * timer, and tell those who wait. What callers want is carried out together, once their stack has unwound, so
 * that jobs that are given together share messages and jobs that are aborted together fall together.
 *
 * @import { Accepted, Command, Instance, Limits, Submission } from './core.js'
 * @import { UnjankError } from './errors.js'
 * @import { Job } from './job.js'
 * @import { Happening, Listener } from './later/events.js'
 * @import { Script, Source } from './port.js'
 * @import { Kernel } from '../../worker/js/description.js'
 * @import { Reply } from '../../worker/js/wire.d.ts'
 *
 * @typedef {import('./later/timeline.js').Timeline} Timeline
 * @typedef {import('./worth.js').Shortcut} Shortcut
 * @typedef {ReturnType<Core['turn']>} Turn
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
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
const SETTLE = 7;

/** A reason to end a worker, and what else becomes of one, as `later/events.js` numbers them. */
const START_TIMED_OUT = 0;
const LOST = 5;
const STARTING = 6;
const READY = 7;

/** Of what happens before the part that tells of it is there, so much is told one by one. */
const EARLY = 10_000;

/** Outcomes. */
const FAILED = 1;
const CANCELLED = 2;

const UNWOUND = Promise.resolve();

export class Engine {
  /** @type {Lifecycle} */
  lifecycle = 'opening';
  hasRoom = true;
  /** Why workers could not be started, most recently. @type {UnjankError} */
  cause = makeError('start_timed_out');

  #core;
  #port;
  #clock = new Clock(() => this.#late.ask());
  #timer = new Timer(this.#clock, () => this.#late.ask());
  /** The turn after the timer's: what was in time and has arrived is heard before what is late. */
  #late = new NextTurn(() => this.#told('timeout'));
  #own = new NextTurn(() => this.#turn(true));
  #spares = new Spares();
  #copies = new Copies(this.#spares);
  /** @type {Map<number, Job>} By number. */
  jobs = new Map();
  /** @type {Kernel[]} None before the first worker has said what it has. */
  #kernels = [];
  /** @type {Uint8Array | undefined} */
  #description;
  /** @type {'idle' | 'asked' | 'running' | 'again'} */
  #phase = 'idle';
  #asked = () => {
    if (this.#phase === 'asked') this.#turn();
  };
  /** Whether a turn of its own was asked for. */
  #isOwnAsked = false;
  /** The reply that is being booked. @type {Answers | undefined} */
  #answers;
  /** @type {Waiter[]} */
  #waiting = [];
  /** Told what tasks go through, if somebody wants to see it. @type {Timeline | undefined} */
  timeline;
  /** Told what happens, if somebody listens. @type {((what: Happening) => void) | undefined} */
  #tell;
  /** Given once a worker could not renew its instance. @type {Promise<void> | undefined} */
  #advice;
  /** Whether all tasks that may be sent were. */
  #isEmpty = true;
  /** Runs jobs at once that are worth no trip, if that is wanted. @type {Shortcut | undefined} */
  shortcut;
  isPaused = false;
  /** @type {Float64Array | undefined} What it came to, once it is closed. */
  #last;

  /**
   * @param {Instance} instance
   * @param {Limits & { residentBytes: number }} limits
   * @param {Script} script
   * @param {Source} source
   */
  constructor(instance, limits, script, source) {
    this.isInline = !limits.workers;
    this.workers = limits.workers;
    this.residentBytes = limits.residentBytes;
    this.#core = new Core(instance, limits, this.#clock.now());
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

  /** @param {number} kernel a number that `kernel` said */
  described(kernel) {
    return /** @type {Kernel} */ (this.#kernels[kernel]);
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
    const accepted = this.#core.submit(this.#clock.now(), common, jobs);
    for (let index = 0; index < accepted.jobs; index += 1) {
      this.jobs.set(accepted.first + index, /** @type {Job} */ (jobs[index]));
      this.timeline?.accepted(accepted.first + index);
    }
    this.hasRoom = accepted.hasRoom;
    this.#isEmpty &&= !accepted.jobs;
    this.#tell?.(this.#state());
    this.#soon();
    return accepted;
  }

  /** Stops jobs wherever they are. @param {number[]} jobs */
  abort(jobs) {
    this.#core.write(jobs.flatMap(halves));
    this.want('abort', jobs.length);
  }

  /**
   * Tells the core what callers want.
   *
   * @param {Command} command
   * @param {number[]} numbers
   */
  want(command, ...numbers) {
    if (this.lifecycle === 'closed') return;
    this.#core.tell(command, this.#clock.now(), ...numbers);
    this.#soon();
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

  /**
   * Has somebody told what happens from here on.
   *
   * @param {Listener} listener
   * @returns {() => void} ends it
   */
  listen(listener) {
    this.#tell ??= this.#early();
    this.#tell(listener);
    return () => {
      listener.listener = undefined;
    };
  }

  /** Keeps what happens until the part is there that tells of it. */
  #early() {
    /** @type {Happening[]} */
    const early = [this.#state()];
    loaded(import('./later/events.js')).then(({ teller }) => {
      this.#tell = teller(early);
      this.#tell(this.#state());
    }, (error) => {
      // Whoever listens next tries again.
      this.#tell = undefined;
      throw error;
    });
    return (/** @type {Happening} */ what) => {
      if (early.length < EARLY || 'event' in what) early.push(what);
    };
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

  /** Milliseconds, of which none pass while the page is away. */
  now() {
    return this.#clock.now();
  }

  /** Comes back in a turn of the event loop of its own. */
  nextTurn = nextTurn;

  // ---- What happens in the world

  /** @param {Command} command @param {number[]} numbers */
  #told(command, ...numbers) {
    if (this.lifecycle === 'closed') return;
    const now = this.#clock.now();
    this.#core.tell(command, now, ...numbers);
    this.#turn(false, now);
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
    this.#tell?.({ slot, generation, fate: READY });
    this.#told('ready', slot, generation);
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
    this.#core.write(answers.answers);
    this.#told('replied', slot, generation, answers.count, +answers.retires, answers.memory);
    if (answers.retires) this.#advice ??= advise();
    this.#answers = undefined;
    for (const buffer of answers.left) this.#spares.put(buffer);
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {UnjankError} error
   * @param {boolean} [isFinal] whether no other would do better
   */
  #lost(slot, generation, error, isFinal = error.code === 'bad_kernels') {
    this.cause = error;
    this.#gone(slot, generation, LOST);
    this.#told('lost', slot, generation, +isFinal);
  }

  // ---- Turns

  /** Has a turn taken once the caller's stack has unwound. */
  #soon() {
    if (this.#phase === 'running') this.#phase = 'again';
    if (this.#phase !== 'idle') return;
    this.#phase = 'asked';
    // What queueMicrotask does, in a tenth of the time.
    UNWOUND.then(this.#asked);
  }

  /**
   * @param {boolean} [isOwn] whether it is the turn of its own that was asked for
   * @param {number} [now]
   */
  #turn(isOwn = false, now = this.#clock.now()) {
    if (isOwn) this.#isOwnAsked = false;
    if (this.#phase === 'running' || this.#phase === 'again') {
      this.#phase = 'again';
      return;
    }
    this.#phase = 'running';
    let turn = this.#core.turn(now, isOwn);
    // What is carried out may set it.
    for (this.#carryOut(turn); /** @type {string} */ (this.#phase) === 'again'; this.#carryOut(turn)) {
      this.#phase = 'running';
      turn = this.#core.turn(this.#clock.now(), false);
    }
    this.#phase = 'idle';
    this.#rest(turn.hasMore, turn.timeout);
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
    else this.#timer.arm(timeout);
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.filter((waiter) => !settles(waiter));
    this.timeline?.draw();
    this.#tell?.(this.#state());
  }

  /** @returns {Happening} */
  #state() {
    return [this.jobs.size, this.#isEmpty, this.hasRoom, this.lifecycle];
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

  /** @param {Turn} turn */
  #carryOut({ lifecycle, hasRoom, queued, hasMore, effects, end }) {
    this.lifecycle = lifecycle;
    this.hasRoom = hasRoom;
    this.#isEmpty = !queued && !hasMore;
    for (let at = effects; at < end;) at = this.#perform(this.#core.words, at);
  }

  /**
   * Carries one effect out.
   *
   * @param {Uint32Array} words
   * @param {number} at
   * @returns {number} where the next one is
   */
  #perform(words, at) {
    const word = wordsFrom(words, at);
    const job = () => jobOf(word(1), word(2));
    switch (word(0)) {
      case SPAWN: this.#spawn(word(1), word(2)); return at + 3;
      case TERMINATE: this.#terminate(word(1), word(2), word(3)); return at + 4;
      case COPY: {
        this.#copy(job(), word(3), word(4), { from: word(5), to: word(6), length: word(7), total: word(8) });
        return at + 9;
      }
      case POST: return this.#post(word(1), word(2), words, at + 3);
      case DELIVER: this.#deliver(job(), word(3), word(4), { start: word(5), units: word(6), slot: word(7), computeMs: word(8) / 1000 }); return at + 9;
      case FAIL: this.#note(job(), this.#failure(word(3))); return at + 4;
      case SETTLE: this.#settle(job(), word(3), word(4)); return at + 5;
      default: throw new Error('the core said what nobody understands');
    }
  }

  /** @param {number} slot @param {number} generation */
  #spawn(slot, generation) {
    this.#tell?.({ slot, generation, fate: STARTING });
    try {
      this.#port.spawn(slot, generation);
    } catch (error) {
      const refusal = /** @type {UnjankError} */ (error);
      // What the browser refuses outright it would refuse again.
      this.#lost(slot, generation, refusal, refusal.code === 'script_unavailable');
    }
  }

  /** @param {number} slot @param {number} generation @param {number} reason */
  #terminate(slot, generation, reason) {
    if (reason === START_TIMED_OUT) this.cause = makeError('start_timed_out');
    this.#gone(slot, generation, reason);
  }

  /** @param {number} slot @param {number} generation @param {number} fate */
  #gone(slot, generation, fate) {
    this.#port.terminate(slot, generation);
    this.timeline?.lost(slot, generation);
    this.#tell?.({ slot, generation, fate, error: this.cause });
  }

  /**
   * @param {number} id
   * @param {number} index
   * @param {number} input
   * @param {{ from: number, to: number, length: number, total: number }} step
   */
  #copy(id, index, input, step) {
    const job = this.jobs.get(id);
    const task = taskOf(id, index);
    try {
      const bytes = job?.inputs[input - 1];
      if (bytes) this.#copies.go(task, bytes, step);
    } catch (error) {
      // Its post finds none.
      this.#copies.forget(task);
      this.#note(id, undeliverable(said(error)));
    }
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {Uint32Array} words
   * @param {number} at
   */
  #post(slot, generation, words, at) {
    const { request, missing, moved, end } = postOf(words, at, this.jobs, this.#copies);
    for (const job of missing) this.#note(job, undeliverable('the buffer was transferred elsewhere while its job waited'));
    const tasks = missing.length > 0 || this.timeline ? tasksOf(request) : [];
    let refused = tasks.filter(({ job }) => missing.includes(job));
    const sent = this.timeline?.now();
    try {
      if (refused.length < tasks.length || missing.length === 0) {
        this.#port.post(slot, generation, request);
        this.timeline?.sent(slot, generation, tasks, sent);
      }
      for (const job of moved) job.inputs = [];
    } catch (error) {
      refused = tasksOf(request);
      for (const { job } of refused) this.#note(job, undeliverable(said(error)));
    }
    for (const { job, index } of refused) {
      this.#core.tell('refused', this.#clock.now(), slot, generation, job, index);
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
    const answers = /** @type {Answers} */ (this.#answers);
    const bytes = answers.output(answer, 0);
    const others = answers.outputs(answer) > 1 ? further(answers, answer) : undefined;
    if (!bytes || others?.includes(undefined)) return this.#note(id, undeliverable('the worker\'s reply lacks its buffer'));
    this.jobs.get(id)?.owner.deliver({ index, ...place, bytes, others: /** @type {Bytes[] | undefined} */ (others) });
  }

  /** Why a job is going to fail, unless that is known. @param {number} id @param {UnjankError} error */
  #note(id, error) {
    const job = this.jobs.get(id);
    if (job) job.failure ??= error;
  }

  /** @param {number} id @param {number} outcome @param {number} attempts */
  #settle(id, outcome, attempts) {
    const job = this.jobs.get(id);
    if (!job) return;
    this.jobs.delete(id);
    this.timeline?.settled(id);
    job.leave?.();
    this.#copies.forgetJob(id);
    const error = outcome > FAILED ? this.#end(outcome, job, attempts) : job.failure;
    if (!error) return job.owner.complete();
    error.payload = job.inputs[0];
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

/** Says why workers are replaced; if that can't be loaded nothing is lost. */
function advise() {
  return import('./later/advice.js').then(({ ADVICE }) => console.warn(ADVICE), () => undefined);
}

/**
 * The outputs behind the first.
 *
 * @param {Answers} answers
 * @param {number} answer
 */
function further(answers, answer) {
  return Array.from({ length: answers.outputs(answer) - 1 }, (_, index) => answers.output(answer, index + 1));
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
