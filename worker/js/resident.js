/** What a worker needs to keep data for the page, and to compute from it: loaded when it is wanted. */

import { nextTurn } from '../../pool/js/timer.js';
import { computed } from './compute.js';
import { Cut } from './cut.js';
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
 * @import { Bytes } from './request.js'
 * @import { FromKeeper, Held, Lease, Request, Run, ToKeeper } from './wire.js'
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
export function work(scope, loop, request, { halo = null, port, run }) {
  return leased(scope, loop, request, (opened) => new Keeper(opened, port).serve(halo, run));
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

  /** @param {Halo | null} halo @param {Run | undefined} run @returns {Promise<Done>} */
  async serve(halo, run) {
    const failure = run ? await this.#run(halo, run) : this.#keep(await this.#next());
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

  /**
   * @param {Halo | null} described
   * @param {Run} run
   * @returns {Promise<Outcome | undefined>} why there is no result
   */
  async #run(described, { id, parts, into }) {
    const { instance, task } = this.#opened;
    const held = kept.get(id);
    if (!held) return void this.#say({ lacks: 'all' });
    const halo = haloOf(instance, task, described);
    if (!Array.isArray(halo)) return halo;
    if (parts.some(([, start, units]) => !isThere(held, halo, start, units))) return void this.#say({ lacks: halo });
    if (into !== undefined) return this.#derive(held, halo, into);
    const failure = await this.#send(held, halo, parts);
    this.#port.onmessage = () => this.#port.close();
    return failure;
  }

  /** @param {Held} held @param {Halo} halo @param {Run['parts']} parts */
  async #send(held, halo, parts) {
    for (const [index, start, units] of parts) {
      const [, before] = this.#laps.times;
      const bytes = await this.#compute(held, halo, start, units);
      if (!bytes) return undefined;
      if (!(bytes instanceof Uint8Array)) return bytes;
      this.#say({ index, start, units, bytes, computeMs: (this.#laps.times[1] - before) / 1000 }, [bytes.buffer]);
    }
    return undefined;
  }

  /** Keeps the results, with those of as much context as there is. @param {Held} held @param {Halo} halo @param {number} into */
  async #derive(held, [before, after], into) {
    const { total } = held;
    const from = held.from && held.from + before;
    const to = held.to < total ? held.to - after : total;
    const bytes = await this.#compute(held, [before, after], from, to - from);
    if (!(bytes instanceof Uint8Array)) return bytes;
    this.#keep({ id: into, held: { stride: bytes.length / (to - from || 1), total, from, to, bytes } });
    return undefined;
  }

  /** Hears what was said meanwhile. */
  async #turn() {
    await nextTurn();
    this.#turned = performance.now();
  }

  /**
   * A result of some units, computed piece by piece; every few of them the page is heard.
   *
   * @param {Held} held
   * @param {Halo} halo
   * @param {number} start
   * @param {number} units
   * @returns {Promise<Bytes | Outcome | undefined>} nothing if it is not wanted any more
   */
  async #compute({ stride, total, from, bytes }, halo, start, units) {
    const { instance, task } = this.#opened;
    const cut = new Cut([stride, total, start, 0, units, 0], halo, task.piece);
    /** @type {Bytes | undefined} */
    let whole;
    for (let chunk = 0; chunk < cut.count; chunk += 1) {
      if (performance.now() - this.#turned > SLICE) await this.#turn();
      if (this.#heard.length > 0) return undefined;
      const { from: first, end } = cut.bytes(chunk);
      const input = bytes.subarray(first - from * stride, end - from * stride);
      const made = computed(instance, task, cut.window(chunk), input, this.#laps);
      if (!(made instanceof Uint8Array)) return made;
      const share = made.length / cut.units(chunk);
      try {
        whole ??= leftovers.take(share * units);
        if (share * units !== whole.length) return outcome(FAILED, UNEVEN);
        whole.set(made, share * (cut.start(chunk) - start));
      } catch {
        return outcome(FAILED, OUT_OF_MEMORY);
      }
      this.#laps.end(2);
    }
    return whole;
  }
}

/**
 * Whether some units and their context are among what is held.
 *
 * @param {Held} held
 * @param {Halo} halo
 * @param {number} start
 * @param {number} units
 */
function isThere({ total, from, to }, [before, after], start, units) {
  return Math.max(0, start - before) >= from && Math.min(total, start + units + after) <= to;
}
