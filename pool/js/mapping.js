import { bounded } from './bounds.js';
import { Talk } from './residence.js';

/**
 * @import { Content, Home, Part } from './content.js'
 * @import { UnjankError } from './errors.js'
 * @import { Call, Desk } from './residence.js'
 * @import { FromKeeper, Run } from '../../worker/js/wire.d.ts'
 *
 * @typedef {Run['parts']} Chunks
 *
 * @typedef {object} Share what is to be computed of a part
 * @property {Part} part
 * @property {Chunks} left without a result, in the order in which they are wanted
 * @property {number} room results that may come before the consumer takes any of it
 * @property {() => void} wake told when there is more
 */

/** Bytes of the source in a chunk: it is computed in smaller pieces, but every message takes its time. */
const CHUNK_BYTES = 2 ** 22;

/** The same where kernels follow each other: what a later one looks at around a chunk, the one before computes twice. */
const PIPED_BYTES = 2 ** 23;

/** Work on all parts of what workers keep, and who takes what comes of it: what `Chunks` needs of an engine. */
export class Mapping {
  #desk;
  #content;
  #call;
  /** @type {Share[]} */
  #shares;
  /** The share of each chunk, and of each result that nobody took, in the order in which they are taken. @type {Share[]} */
  #owners = [];
  #inOrder;
  /** Results that were taken. */
  #taken = 0;
  /** @type {WeakMap<ArrayBuffer, Home>} Of buffers of results. */
  #origins = new WeakMap();
  /** @type {Set<Talk>} */
  #talks = new Set();
  #terms;

  /**
   * @param {Desk} desk
   * @param {Content} content
   * @param {Call} call
   * @param {ReturnType<Desk['mapOptions']>} terms
   * @param {number} from the first unit
   * @param {number} to the one behind the last
   */
  constructor(desk, content, call, terms, from, to) {
    this.#desk = desk;
    this.#content = content;
    this.#call = call;
    this.#terms = terms;
    this.#inOrder = terms.order === 1;
    const { steps, stride } = call;
    const length = steps.length > 1 ? PIPED_BYTES : CHUNK_BYTES;
    const units = terms.chunkUnits || Math.max(1, Math.floor(length / stride));
    const bytes = units * Math.max(stride, steps.at(-1)?.unit ?? 0);
    const room = Math.max(1, Math.floor(terms.highWaterMarkBytes / bytes / content.parts.length));
    this.total = 0;
    this.#shares = content.parts.map((part) => {
      /** @type {Share} */
      const share = { part, left: this.#cut(part, from, to, units), room, wake: () => {} };
      if (this.#inOrder) this.#owners.push(...share.left.map(() => share));
      return share;
    });
    this.results = new desk.Results(this.#inOrder, terms.highWaterMarkBytes, (taken) => this.#note(taken));
  }

  /** What a part has of it. @param {Part} part @param {number} from @param {number} to @param {number} chunk units @returns {Chunks} */
  #cut({ start, units }, from, to, chunk) {
    const [first, end] = [Math.max(from, start), Math.min(to, start + units)];
    return Array.from({ length: Math.max(0, Math.ceil((end - first) / chunk)) }, (_, index) => {
      const at = first + index * chunk;
      return [this.total++, at, Math.min(chunk, end - at)];
    });
  }

  /** Has all of it computed. */
  async start() {
    const unpin = this.#content.pin();
    const leave = bounded(this.#desk, this.#terms, (error) => this.#fail(error));
    try {
      await Promise.all(this.#shares.map((share) => this.#work(share)));
      this.results.complete();
    } catch (error) {
      this.#fail(/** @type {UnjankError} */ (error));
    } finally {
      leave();
      unpin();
    }
  }

  /** Its consumer lost interest: that is all that one wants of an engine. */
  want() {
    this.#stop();
  }

  abort() {
    this.#fail(this.#desk.makeError('cancelled'));
  }

  /** A buffer that nobody needs goes back to where it came from. @param {ArrayBuffer} buffer */
  recycle(buffer) {
    const home = this.#origins.get(buffer);
    if (!this.#content.isReleased) home?.port.postMessage(buffer, [buffer]);
  }

  nextTurn() {
    return this.#desk.engine.nextTurn();
  }

  /** @param {UnjankError} error */
  #fail(error) {
    this.results.fail(error);
    this.#stop();
  }

  #stop() {
    for (const talk of this.#talks) talk.stop();
    for (const share of this.#shares) {
      share.left = [];
      share.wake();
    }
  }

  /** @param {Share} share */
  async #work(share) {
    while (share.left.length > 0) {
      // Who waits for a consumer keeps no worker.
      while (share.room === 0 && share.left.length > 0) {
        await new Promise((resolve) => {
          share.wake = () => resolve(undefined);
        });
      }
      if (share.left.length > 0) await this.#content.at(share.part, (home) => this.#compute(share, home));
    }
  }

  /** As much as its consumer has room for, where a part is. @param {Share} share @param {Home} home */
  async #compute(share, home) {
    const about = { id: home.id, parts: share.left.slice(0, share.room) };
    const talk = new Talk(this.#desk, this.#call, about, home.worker, (said) => this.#hear(share, home, said));
    this.#talks.add(talk);
    try {
      await talk.ended;
    } catch (error) {
      if (this.results.isOpen) throw error;
    } finally {
      this.#talks.delete(talk);
    }
  }

  /** @param {Share} share @param {Home} home @param {FromKeeper} said */
  #hear(share, home, said) {
    if (!('index' in said) || share.left.length === 0) return;
    const { index, ...result } = said;
    this.#origins.set(result.bytes.buffer, home);
    share.left = share.left.filter(([other]) => other !== index);
    share.room -= 1;
    if (!this.#inOrder) this.#owners.push(share);
    this.results.deliver({ index, ...result, others: undefined, slot: home.worker[0] });
  }

  /** So many results were taken: as many more may come of those shares. @param {number} results */
  #note(results) {
    for (let result = 0; result < results; result += 1, this.#taken += 1) {
      const share = /** @type {Share} */ (this.#owners[this.#taken]);
      share.room += 1;
      share.wake();
    }
  }
}
