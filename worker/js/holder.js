import { Spares } from '../../pool/js/spares.js';
import { nextTurn } from '../../pool/js/timer.js';
import { computed, dueOf } from './compute.js';
import { Cut } from './cut.js';
import { Laps } from './laps.js';
import { COMPLETED, FAILED, OUT_OF_MEMORY, outcome } from './outcome.js';
import { haloOf } from './plan.js';
import { Whole, copyIn } from './whole.js';

/**
 * @import { Instance, Window } from './instance.js'
 * @import { Outcome } from './outcome.js'
 * @import { Halo } from './plan.js'
 * @import { Bytes, Task } from './request.js'
 * @import { Done, Opened } from './lease.js'
 *
 * @typedef {object} Lent a chunk, as a helper is given it
 * @property {number} chunk
 * @property {Window} window
 * @property {Bytes} bytes a copy of its input
 * @property {number} due bytes that its result must have, or `ANY_LENGTH`
 * @property {number} piece as {@link Task} has it
 *
 * @typedef {object} Made what a helper says: that it is here, or what became of a chunk
 * @property {number} [chunk]
 * @property {Bytes} [bytes] its result; none if it couldn't be computed
 *
 * @typedef {object} Helper
 * @property {MessagePort} port
 * @property {Set<number>} lent chunks that it has
 */

const UNEVEN = 'the parts have results of unequal size: run it without `spread`';

/** Chunks that a helper has: while it works on one, the next is at hand. */
const LENT = 2;

/**
 * Computes a task from a buffer that it holds, chunk by chunk, and lends chunks to other workers meanwhile.
 *
 * @param {Opened} opened
 * @param {Halo | null} halo null: the module is to be asked
 * @param {MessagePort} port of the page's, which sends helpers, and says who is gone
 * @returns {Promise<Done>}
 */
export async function hold({ instance, task }, halo, port) {
  const known = haloOf(instance, task, halo);
  return Array.isArray(known)
    ? new Holder(instance, task, new Cut(task.window, known, task.piece), port).work()
    : { outcome: known, times: new Laps().times };
}

/** Of all jobs: fresh memory for copies of chunks costs more than the copies. */
const spares = new Spares();

/** Whoever has the buffer. */
class Holder {
  #instance;
  #task;
  #port;
  #cut;
  #source;
  #laps = new Laps();
  #whole;
  /** The first chunk that nobody was given, those that were given back, and how many have no result. */
  #begun = 0;
  /** @type {number[]} */
  #returned = [];
  #left;
  /** @type {Map<number, Helper>} By what the page calls them. */
  #helpers = new Map();
  /** What became of all of it, if that is known before each chunk has a result. @type {Outcome | undefined} */
  #end;
  #heard = () => {};

  /**
   * @param {Instance} instance
   * @param {Task} task
   * @param {Cut} cut
   * @param {MessagePort} port
   */
  constructor(instance, task, cut, port) {
    this.#instance = instance;
    this.#task = task;
    this.#port = port;
    const [{ bytes }] = task.inputs;
    this.#source = bytes;
    this.#cut = cut;
    this.#left = cut.count;
    this.#whole = new Whole(bytes, cut, spares);
  }

  /** @returns {Promise<Done>} */
  async work() {
    const port = this.#port;
    port.onmessage = ({ data }) => this.#hear(data);
    while (this.#isOn) {
      const chunk = this.#next();
      if (chunk !== undefined) this.#end = this.#compute(chunk);
      // Messages that came meanwhile are heard first.
      await (chunk === undefined ? this.#hearing() : nextTurn());
    }
    for (const { port } of this.#helpers.values()) port.close();
    return { outcome: this.#end ?? outcome(COMPLETED, '', [this.#whole.bytes]), times: this.#laps.times };
  }

  get #isOn() {
    return this.#left > 0 && !this.#end;
  }

  /** Until somebody says something. @returns {Promise<void>} */
  #hearing() {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }

  /** The page says something. @param {{ helper: number, at?: MessagePort }} said `at`: none, if it is gone */
  #hear({ helper: name, at }) {
    if (!at) return this.#lose(name);
    if (!this.#isOn) return at.close();
    /** @type {Helper} */
    const helper = { port: at, lent: new Set() };
    this.#helpers.set(name, helper);
    at.onmessage = ({ data }) => this.#hearHelper(helper, data);
  }

  /** Nobody else has what a lost helper was lent. @param {number} name */
  #lose(name) {
    const helper = this.#helpers.get(name);
    if (!helper) return;
    helper.port.close();
    this.#helpers.delete(name);
    this.#returned.push(...helper.lent);
    this.#heard();
  }

  /** @param {Helper} helper @param {Made} made */
  #hearHelper(helper, { chunk, bytes }) {
    if (chunk === undefined) {
      for (let lent = 0; lent < LENT; lent += 1) this.#lend(helper);
    } else if (helper.lent.delete(chunk)) {
      if (bytes) {
        this.#end ??= this.#take(chunk, bytes, 'helper');
        this.#lend(helper);
      } else {
        this.#returned.push(chunk);
      }
    }
    this.#heard();
  }

  /** A chunk that nobody has, if there is one. */
  #next() {
    if (this.#end) return undefined;
    return this.#returned.pop() ?? (this.#begun < this.#cut.count ? this.#begun++ : undefined);
  }

  /** @param {Helper} helper */
  #lend({ port, lent }) {
    const chunk = this.#next();
    if (chunk === undefined) return;
    try {
      const bytes = copyIn(this.#input(chunk), spares.take(this.#cut.room));
      lent.add(chunk);
      /** @type {Lent} */
      const message = { chunk, window: this.#cut.window(chunk), bytes, due: dueOf(this.#task, this.#cut.units(chunk)), piece: this.#task.piece };
      port.postMessage(message, [bytes.buffer]);
    } catch {
      // There is no memory for a copy.
      lent.delete(chunk);
      this.#returned.push(chunk);
    }
  }

  /** @param {number} chunk */
  #input(chunk) {
    const { from, end } = this.#cut.bytes(chunk);
    return this.#source.subarray(from, end);
  }

  /** @param {number} chunk @returns {Outcome | undefined} why there is no result */
  #compute(chunk) {
    const made = computed(this.#instance, this.#task, this.#cut.window(chunk), this.#input(chunk), this.#laps);
    if (!(made instanceof Uint8Array)) return made;
    const end = this.#take(chunk, made, 'holder');
    this.#laps.end(2);
    return end;
  }

  /**
   * @param {number} chunk
   * @param {Bytes} result
   * @param {'helper' | 'holder'} by
   * @returns {Outcome | undefined} what became of all of it, if it is no good
   */
  #take(chunk, result, by) {
    try {
      if (!this.#whole.take(chunk, result, by)) return outcome(FAILED, UNEVEN);
    } catch {
      return outcome(FAILED, OUT_OF_MEMORY);
    }
    this.#left -= 1;
    return undefined;
  }
}
