/**
 * What listeners of a pool are told: happenings in, calls of theirs out.
 *
 * @import { UnjankError } from '../errors.js'
 * @import { Lifecycle } from '../engine.js'
 * @import { PoolEvents, WorkerChange } from '../types.d.ts'
 *
 * @typedef {object} Listener
 * @property {keyof PoolEvents} event
 * @property {((change?: any) => void) | undefined} listener none once it was stopped
 * @property {AbortSignal | undefined} signal stops it too
 *
 * @typedef {[unsettled: number, isEmpty: boolean, hasRoom: boolean, lifecycle: Lifecycle]} State how a pool is: jobs
 *   that have not settled, whether none of their tasks waits, whether the queue has room, and where it is in its life
 *
 * @typedef {object} Fate what became of a worker
 * @property {number} slot
 * @property {number} generation
 * @property {number} fate
 * @property {UnjankError} [error] why one was lost, most recently
 *
 * @typedef {State | Fate | Listener} Happening how the pool is when a turn is over or jobs were accepted; or what
 *   became of a worker; or that somebody listens from here on
 *
 * @typedef {Record<typeof TRUTHS[number], boolean>} Truths
 */

/** Fates by their numbers: first the reasons of `seam.d.ts` to end a worker. */
const FATES = /** @type {const} */ (['lost', 'stopped', 'retired', 'idle', 'closed', 'lost', 'starting', 'ready']);

/** What is told when it comes to be so, in this order. */
const TRUTHS = /** @type {const} */ (['busy', 'empty', 'room', 'idle', 'closed']);

const UNWOUND = Promise.resolve();

/**
 * @param {Happening[]} early what happened so far
 * @returns {(what: Happening) => void} to be told what happens from here on
 */
export function teller(early) {
  const events = new Events();
  for (const what of early) events.hear(what);
  return (what) => events.hear(what);
}

class Events {
  /** @type {Listener[]} */
  #listeners = [];
  /** What is so now. @type {Truths} */
  #truths = { busy: false, idle: true, empty: true, room: true, closed: false };
  /** Who is to be told what. @type {[Listener, WorkerChange | undefined][]} */
  #due = [];

  /** @param {Happening} what */
  hear(what) {
    if ('event' in what) this.#join(what);
    else if ('fate' in what) this.#add('worker', changeOf(what));
    else this.#compare(truthsOf(what, this.#truths.room));
  }

  /** @param {Listener} listener */
  #join(listener) {
    this.#listeners = [...this.#listeners.filter(isOn), listener];
    // There is no other time to say so.
    if (listener.event !== 'closed' || !this.#truths.closed) return;
    this.#due.push([listener, undefined]);
    this.#ask();
  }

  /**
   * What came to be so is told, once those who wait for jobs have heard.
   *
   * @param {Truths} truths
   */
  #compare(truths) {
    for (const event of TRUTHS) if (truths[event] && !this.#truths[event]) this.#add(event);
    this.#truths = truths;
    this.#ask();
  }

  /**
   * @param {keyof PoolEvents} event
   * @param {WorkerChange} [change]
   */
  #add(event, change) {
    for (const listener of this.#listeners) if (listener.event === event) this.#due.push([listener, change]);
  }

  /** Tells once the stack has unwound: nobody is told in the middle of a turn. */
  #ask() {
    if (this.#due.length > 0) UNWOUND.then(() => this.#tell());
  }

  #tell() {
    for (const [listener, change] of this.#due.splice(0)) if (isOn(listener)) tell(listener, change);
  }
}

/**
 * @param {State} state
 * @param {boolean} hadRoom
 * @returns {Truths}
 */
function truthsOf([unsettled, isEmpty, hasRoom, lifecycle], hadRoom) {
  // Of a pool that takes no jobs, room is no news.
  const takes = lifecycle === 'opening' || lifecycle === 'open';
  const idle = unsettled === 0;
  return { busy: !idle, idle, empty: isEmpty, room: hasRoom && (takes || hadRoom), closed: lifecycle === 'closed' };
}

/**
 * @param {Fate} fate
 * @returns {WorkerChange}
 */
function changeOf({ slot, generation, fate, error }) {
  const what = FATES[fate] ?? 'lost';
  if (what === 'starting' || what === 'ready') return { slot, generation, state: what };
  if (what !== 'lost') return { slot, generation, state: 'gone', reason: what };
  return { slot, generation, state: 'gone', reason: what, error: /** @type {UnjankError} */ (error) };
}

/** @param {Listener} listener */
function isOn({ listener, signal }) {
  return listener !== undefined && !signal?.aborted;
}

/**
 * Tells one. What it throws is an error that nobody caught, and harms nobody else.
 *
 * @param {Listener} listener
 * @param {WorkerChange | undefined} change
 */
function tell({ listener }, change) {
  try {
    listener?.(change);
  } catch (error) {
    if (typeof reportError === 'function') reportError(error);
    else queueMicrotask(() => { throw error; });
  }
}
