/** What a worker needs to keep data for the page, and to compute from it: loaded when it is wanted. */

import { nextTurn } from '../../pool/js/timer.js';
import { computed } from './compute.js';
import { Cut } from './cut.js';
import { ANY_LENGTH } from './frame.js';
import { Laps } from './laps.js';
import { leased } from './lease.js';
import { Leftovers } from './leftovers.js';
import { COMPLETED, FAILED, OUT_OF_MEMORY, outcome } from './outcome.js';
import { haloOf } from './plan.js';
import { wordOf } from './said.js';

/**
 * @import { Done, Opened, Scope } from './lease.js'
 * @import { Loop } from './loop.js'
 * @import { Outcome } from './outcome.js'
 * @import { Halo } from './plan.js'
 * @import { Bytes, Task } from './request.js'
 * @import { FromKeeper, Held, Lease, Request, Run, Step, ToKeeper } from './wire.js'
 *
 * @typedef {Step & { halo: Halo }} Planned with what its params need
 */

const UNEVEN = 'the parts have results of unequal size';

/** For so many milliseconds the page may wait until it is heard, and a piece more: to hear it takes a tenth of one. */
const SLICE = 4;

/** What was forgotten, or is not needed by the page any more. */
const leftovers = new Leftovers();

/** Beside the instance, so that nothing that befalls one costs it. @type {Map<number, Held>} */
const kept = new Map();

/**
 * Keeps something for the page, or computes from what is kept.
 *
 * @param {Scope} scope
 * @param {Loop} loop
 * @param {Request} request
 * @param {Lease} lease what came with it
 */
export function work(scope, loop, request, { port, run }) {
  return leased(scope, loop, request, (opened) => new Keeper(opened, port).serve(run));
}

/** What a worker does while it has a lease. */
class Keeper {
  #opened;
  #port;
  #laps = new Laps();
  #said = 0;
  /** What the port said, and who waits for it. @type {any[]} */
  #heard = [];
  #hear = () => {};
  /** When it last heard what was said meanwhile, in milliseconds. */
  #turned = performance.now();

  /** @param {Opened} opened @param {MessagePort} port */
  constructor(opened, port) {
    this.#opened = opened;
    this.#port = port;
    port.onmessage = ({ data }) => {
      this.#heard.push(data);
      this.#hear();
    };
  }

  /** @param {Run | undefined} run @returns {Promise<Done>} */
  async serve(run) {
    const failure = run ? await this.#run(run) : this.#keep(await this.#next());
    // Whoever was told something last closes it: what was said just before is lost in some engines.
    if (this.#heard.length > 0) this.#port.close();
    return { outcome: failure ?? outcome(COMPLETED, '', [wordOf(this.#said)]), times: this.#laps.times };
  }

  /** @param {FromKeeper} word @param {Transferable[]} [transfer] */
  #say(word, transfer = []) {
    this.#said += 1;
    this.#port.postMessage(word, transfer);
  }

  /** What the port says next. */
  async #next() {
    while (this.#heard.length === 0) {
      await new Promise((resolve) => {
        this.#hear = () => resolve(undefined);
      });
    }
    return this.#heard.shift();
  }

  /** @param {ToKeeper} given @returns {undefined} */
  #keep({ id, held }) {
    if (id === undefined || !held) {
      this.#port.close();
      return undefined;
    }
    // It is not wanted any more.
    if (this.#heard.length > 0) return undefined;
    kept.set(id, held);
    const { bytes, ...place } = held;
    this.#say({ kept: place });
    this.#port.onmessage = ({ data }) => {
      if (data) return leftovers.put(data);
      leftovers.put(held.bytes.buffer);
      kept.delete(id);
      this.#port.close();
    };
  }

  /** @param {Run} run @returns {Promise<Outcome | undefined>} why there is no result */
  async #run({ id, steps, parts, into }) {
    const held = kept.get(id);
    if (!held) return void this.#say({ lacks: 'all' });
    /** @type {Planned[]} */
    const planned = [];
    for (const step of steps) {
      const halo = haloOf(this.#opened.instance, step, step.halo);
      if (!Array.isArray(halo)) return halo;
      planned.push({ ...step, halo });
    }
    const reach = reachOf(planned);
    if (parts.some(([, start, units]) => !isThere(held, reach, start, units))) return void this.#say({ lacks: reach });
    if (into !== undefined) return this.#derive(held, planned, into);
    const failure = await this.#send(held, planned, parts);
    this.#port.onmessage = () => this.#port.close();
    return failure;
  }

  /** @param {Held} held @param {Planned[]} steps @param {Run['parts']} parts */
  async #send(held, steps, parts) {
    for (const [index, start, units] of parts) {
      const [, before] = this.#laps.times;
      const made = await this.#make(held, steps, start, units);
      if (!made || 'verdict' in made) return made;
      const { bytes } = made;
      this.#say({ index, start, units, bytes, computeMs: (this.#laps.times[1] - before) / 1000 }, [bytes.buffer]);
    }
    return undefined;
  }

  /** Keeps the results, with those of as much context as there is. @param {Held} held @param {Planned[]} steps @param {number} into */
  async #derive(held, steps, into) {
    const { total } = held;
    const [before, after] = reachOf(steps);
    const from = held.from && held.from + before;
    const to = held.to < total ? held.to - after : total;
    const made = await this.#make(held, steps, from, to - from);
    if (!made || 'verdict' in made) return made;
    if (!Number.isInteger(made.stride)) return outcome(FAILED, UNEVEN);
    this.#keep({ id: into, held: made });
    return undefined;
  }

  /** Hears what was said meanwhile. */
  async #turn() {
    await nextTurn();
    this.#turned = performance.now();
  }

  /**
   * What comes of some units when one step after the other is done: of those before the last, as much as the next one
   * looks at.
   *
   * @param {Held} held
   * @param {Planned[]} steps
   * @param {number} start
   * @param {number} units
   * @returns {Promise<Held | Outcome | undefined>} nothing if it is not wanted any more
   */
  async #make(held, steps, start, units) {
    let made = held;
    for (const [place, step] of steps.entries()) {
      const [from, to] = around(held.total, reachOf(steps.slice(place + 1)), start, units);
      const next = await this.#compute(made, step, from, to);
      if (made !== held) leftovers.put(made.bytes.buffer);
      if (!next || 'verdict' in next) return next;
      made = next;
    }
    return made;
  }

  /**
   * Does a step, piece by piece; every few of them the page is heard.
   *
   * @param {Held} held
   * @param {Planned} step
   * @param {number} from
   * @param {number} to
   * @returns {Promise<Held | Outcome | undefined>} nothing if it is not wanted any more
   */
  async #compute(held, step, from, to) {
    const { stride, total } = held;
    if (!Number.isInteger(stride)) return outcome(FAILED, UNEVEN);
    const cut = new Cut([stride, total, from, 0, to - from, 0], step.halo, pieceOf(step.grain, stride));
    const result = new Result(to - from);
    const task = taskOf(step, held);
    for (let chunk = 0; chunk < cut.count; chunk += 1) {
      if (performance.now() - this.#turned > SLICE) await this.#turn();
      if (this.#heard.length > 0) return undefined;
      const { from: first, end } = cut.bytes(chunk);
      const input = held.bytes.subarray(first - held.from * stride, end - held.from * stride);
      const made = computed(this.#opened.instance, task, cut.window(chunk), input, this.#laps);
      if (!(made instanceof Uint8Array)) return made;
      try {
        result.append(made, cut.units(chunk));
      } catch {
        return outcome(FAILED, OUT_OF_MEMORY);
      }
      this.#laps.end(2);
    }
    return { total, from, to, ...result.made };
  }
}

/** What is made of some units, piece behind piece. */
class Result {
  /** Bytes of each, NaN if they have not equally many. @type {number | undefined} */
  #stride;
  #left;
  #length = 0;
  #bytes = new Uint8Array();

  /** @param {number} units */
  constructor(units) {
    this.#left = units;
  }

  /** All of it, for units that have as many bytes, if that is whole. */
  get made() {
    return { stride: this.#stride ?? NaN, bytes: this.#bytes.subarray(0, this.#length) };
  }

  /** @param {Bytes} piece @param {number} units of which it was made @throws when there is no memory */
  append(piece, units) {
    const share = piece.length / units;
    const end = this.#length + piece.length;
    this.#stride = (this.#stride ?? share) === share ? share : NaN;
    if (end > this.#bytes.length) this.#grow(Math.max(end, this.#length + Math.ceil(share * this.#left)));
    this.#bytes.set(piece, this.#length);
    this.#length = end;
    this.#left -= units;
  }

  /** @param {number} length that it is likely to have */
  #grow(length) {
    const former = this.#bytes;
    this.#bytes = leftovers.take(length);
    this.#bytes.set(former);
    if (former.length > 0) leftovers.put(former.buffer);
  }
}

/**
 * What is asked of the instance for a step.
 *
 * @param {Planned} step
 * @param {Held} held
 */
function taskOf({ kernel, params, grain, unit, slot }, { stride, total }) {
  const length = grain ? stride * total : unit * total || ANY_LENGTH;
  return /** @type {Task} */ ({ kernel, params, window: [stride, total, 0, 0, total, 0], outputs: [{ length, slot }] });
}

/**
 * Bytes that are whole units and whole grains.
 *
 * @param {number} grain 0: none
 * @param {number} stride
 */
function pieceOf(grain, stride) {
  return (grain * stride) / common(grain, stride);
}

/** The greatest number that divides both. @param {number} a @param {number} b @returns {number} */
function common(a, b) {
  return b ? common(b, a % b) : a;
}

/**
 * Units of context that steps need together.
 *
 * @param {Planned[]} steps
 * @returns {Halo}
 */
function reachOf(steps) {
  const sum = (/** @type {0 | 1} */ side) => steps.reduce((units, { halo }) => units + halo[side], 0);
  return [sum(0), sum(1)];
}

/**
 * Some units and their context, as far as there is any: the first, and the one behind the last.
 *
 * @param {number} total
 * @param {Halo} halo
 * @param {number} start
 * @param {number} units
 */
function around(total, [before, after], start, units) {
  return /** @type {const} */ ([Math.max(0, start - before), Math.min(total, start + units + after)]);
}

/**
 * Whether some units and their context are among what is held.
 *
 * @param {Held} held
 * @param {Halo} halo
 * @param {number} start
 * @param {number} units
 */
function isThere(held, halo, start, units) {
  const [from, to] = around(held.total, halo, start, units);
  return from >= held.from && to <= held.to;
}
