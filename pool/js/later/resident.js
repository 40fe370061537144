import { bounded } from '../bounds.js';
import { Content } from '../content.js';
import { isCut } from '../cutting.js';
import { Mapping } from '../mapping.js';
import { Residence, Talk } from '../residence.js';

/**
 * Data that stays in workers, for who wants to compute from it more than once.
 *
 * @import { Home, Part, WorkerName } from '../content.js'
 * @import { Call, Desk } from '../residence.js'
 * @import { CommonTerms, LoadTerms } from '../options.js'
 * @import { Kernel } from '../../../worker/js/description.js'
 * @import { Held, Run } from '../../../worker/js/wire.d.ts'
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {(from: number, to: number) => Bytes | Promise<Bytes>} Source gives some units, by the first and the one
 * behind the last
 */

/** A worker has at least so many bytes of it: less is not worth a trip. */
const LEAST_PART = 2 ** 20;

/** Releases what nobody holds any more. @type {FinalizationRegistry<() => void> | undefined} */
let forgotten;

/**
 * @param {Desk} desk
 * @param {Bytes} bytes
 * @param {LoadTerms} terms
 * @returns {Promise<Resident>} once workers keep all of it
 */
export async function load(desk, bytes, { stride, halo, signal, source }) {
  if (desk.engine.isInline) throw new desk.UnjankError('unsupported', 'a pool on the page has no workers to keep data: run kernels on it there');
  const total = bytes.length / stride;
  if (!Number.isInteger(total)) throw desk.makeError('bad_plan/ragged', { length: bytes.length, stride });
  const residence = Residence.of(desk);
  const count = Math.min(await residence.workers(), Math.ceil(bytes.length / LEAST_PART), total);
  const parts = partsOf(total, count);
  const around = (/** @type {Part} */ { start, units }) =>
    /** @type {const} */ ([Math.max(0, start - halo), Math.min(total, start + units + halo)]);
  const size = parts.reduce((sum, part) => sum + (around(part)[1] - around(part)[0]) * stride, 0);
  residence.reserve(size);
  // Until all of it is there a worker may be lost whatever is said of later.
  let give = given(desk, bytes, stride);
  const content = new Content(residence, parts, async (part) => {
    const [from, to] = around(part);
    const length = (to - from) * stride;
    const worker = await residence.claim(length);
    try {
      const copy = await residence.copy(await give(from, to));
      const id = residence.nextId();
      const port = await residence.give(worker, id, { stride, total, from, to, bytes: copy });
      return { worker, id, port, from, to, stride, bytes: length };
    } catch (error) {
      residence.remove(worker, length);
      throw error;
    }
  });
  try {
    await settled(desk, content, { signal, deadlineMs: Infinity }, () => {});
  } catch (error) {
    residence.refund(size);
    throw error;
  }
  if (source === 1) give = () => lost(desk);
  if (typeof source === 'function') give = asked(desk, source, stride);
  return new Resident(desk, residence, content, { total, stride, halo, size });
}

/** @param {number} total @param {number} count @returns {Part[]} */
function partsOf(total, count) {
  const bounds = Array.from({ length: count + 1 }, (_, index) => Math.floor((index * total) / count));
  return bounds.slice(0, -1).map((start, index) => ({ start, units: /** @type {number} */ (bounds[index + 1]) - start }));
}

/** What the page has. @param {Desk} desk @param {Bytes} bytes @param {number} stride @returns {Source} */
function given(desk, bytes, stride) {
  return (from, to) => {
    if (bytes.length < to * stride) throw desk.makeError('detached');
    return bytes.subarray(from * stride, to * stride);
  };
}

/** What a function of the caller's gives. @param {Desk} desk @param {Function} source @param {number} stride @returns {Source} */
function asked(desk, source, stride) {
  return async (from, to) => {
    const bytes = desk.bytesOf(await source({ first: from, count: to - from }));
    const wanted = (to - from) * stride;
    if (bytes.length === wanted) return bytes;
    throw new desk.UnjankError('resident_lost', `its source gave ${bytes.length} bytes for units ${from} to ${to}, not ${wanted}`);
  };
}

/** @param {Desk} desk @returns {never} */
function lost(desk) {
  throw new desk.UnjankError('resident_lost', 'a worker that had some of it is gone, and there is no source: load it again', {
    cause: desk.engine.cause,
  });
}

/**
 * Resolves once workers keep all of it. Where that fails they keep nothing.
 *
 * @param {Desk} desk
 * @param {Content} content
 * @param {Pick<CommonTerms, 'signal' | 'deadlineMs'>} terms
 * @param {() => void} stop
 */
async function settled(desk, content, terms, stop) {
  /** @type {() => void} */
  let leave = () => {};
  const ending = new Promise((_, reject) => {
    leave = bounded(desk, terms, reject);
  });
  try {
    await Promise.race([ending, content.settle()]);
  } catch (error) {
    content.release();
    stop();
    throw error;
  } finally {
    leave();
  }
}

/** Data that workers keep. See types.d.ts. */
export class Resident {
  #desk;
  #residence;
  #content;
  #size;
  #free;

  static {
    const { dispose } = /** @type {{ dispose?: symbol }} */ (Symbol);
    if (dispose) Object.defineProperty(this.prototype, dispose, { value: this.prototype.release });
  }

  /**
   * @param {Desk} desk
   * @param {Residence} residence
   * @param {Content} content
   * @param {{ total: number, stride: number, halo: number, size: number }} shape
   */
  constructor(desk, residence, content, { total, stride, halo, size }) {
    this.#desk = desk;
    this.#residence = residence;
    this.#content = content;
    this.#size = size;
    this.units = total;
    this.stride = stride;
    this.halo = halo;
    this.#free = () => {
      if (content.isReleased) return;
      content.release();
      residence.refund(size);
    };
    forgotten ??= new FinalizationRegistry((free) => free());
    forgotten.register(this, this.#free);
  }

  /**
   * @param {string} kernel
   * @param {unknown} params
   * @param {import('../types.d.ts').CutOptions} [options]
   */
  map(kernel, params, options) {
    const desk = this.#desk;
    const encoded = desk.encodedParams(params);
    const terms = desk.mapOptions(options);
    const { call, described } = this.#call(kernel, encoded, terms);
    const mapping = new Mapping(desk, this.#content, call, described, terms);
    const source = { bytes: undefined, units: this.units, stride: this.stride, halo: 0 };
    void mapping.start();
    return new desk.Chunks(mapping, 0, mapping.total, mapping.results, source, described.outputs);
  }

  /**
   * @param {string} kernel
   * @param {unknown} params
   * @param {import('../types.d.ts').CutOptions} [options]
   */
  async run(kernel, params, options) {
    return this.map(kernel, params, options).gather();
  }

  /**
   * @param {string} kernel
   * @param {unknown} params
   * @param {import('../types.d.ts').JobOptions} [options]
   */
  async keep(kernel, params, options) {
    const desk = this.#desk;
    const encoded = desk.encodedParams(params);
    const terms = desk.keepOptions(options);
    const { call, described } = this.#call(kernel, encoded, terms);
    const [parent, residence] = [this.#content, this.#residence];
    /** @type {Set<Talk>} */
    const talks = new Set();
    const content = new Content(residence, parent.parts.map(({ start, units }) => ({ start, units })), async (part) => {
      // Through this: whoever holds the results holds what they can be made of again.
      const parent = this.#content;
      if (parent.isGone) return lost(desk);
      const unpin = parent.pin();
      /** @type {Home | undefined} */
      let kept;
      const index = content.parts.indexOf(part);
      try {
        await parent.at(/** @type {Part} */ (parent.parts[index]), async (home) => {
          const run = { id: home.id, into: residence.nextId(), parts: /** @type {Run['parts']} */ ([[0, part.start, part.units]]) };
          kept = await derived(desk, residence, home.worker, call, { halo: described.halo, run }, talks);
        });
      } finally {
        unpin();
      }
      return /** @type {Home} */ (/** @type {unknown} */ (kept));
    });
    residence.reserve(this.#size);
    const unpin = parent.pin();
    try {
      await settled(desk, content, terms, () => talks.forEach((talk) => talk.stop()));
    } catch (error) {
      residence.refund(this.#size);
      throw error;
    } finally {
      unpin();
    }
    const homes = content.parts.map((part) => /** @type {Home} */ (part.home));
    const stride = homes[0]?.stride ?? 0;
    const size = homes.reduce((sum, home) => sum + home.bytes, 0);
    residence.refund(this.#size - size);
    const halos = content.parts.slice(1).map(({ start }, index) => start - /** @type {Home} */ (homes[index + 1]).from);
    return new Resident(desk, residence, content, { total: this.units, stride, halo: Math.min(this.halo, ...halos), size });
  }

  /** See types.d.ts. */
  release() {
    this.#free();
  }

  /**
   * @param {string} name
   * @param {Uint8Array} params
   * @param {CommonTerms} terms
   * @returns {{ call: Call, described: Kernel }}
   */
  #call(name, params, { lane, deadlineMs }) {
    const desk = this.#desk;
    if (this.#content.isReleased) throw new desk.UnjankError('released', 'it was released: load it again');
    const kernel = desk.engine.kernel(name);
    const described = desk.engine.described(kernel);
    if (!isCut(described)) {
      throw new desk.UnjankError('bad_plan', `kernel "${name}" does not make one output of one input, part by part: use run()`);
    }
    return { call: { kernel, params, stride: this.stride, lane, deadlineMs }, described };
  }
}

/**
 * Has a worker keep what a kernel makes of what it keeps.
 *
 * @param {Desk} desk
 * @param {Residence} residence
 * @param {WorkerName} worker who does
 * @param {Call} call
 * @param {{ halo: Kernel['halo'], run: Run & { into: number } }} about
 * @param {Set<Talk>} talks
 * @returns {Promise<Home>}
 */
async function derived(desk, residence, worker, call, about, talks) {
  /** @type {Omit<Held, 'bytes'> | undefined} */
  let kept;
  const talk = new Talk(desk, call, about, worker, (said) => {
    if ('kept' in said) kept = said.kept;
  });
  talks.add(talk);
  try {
    await talk.ended;
  } finally {
    talks.delete(talk);
  }
  if (!kept) throw desk.makeError('cancelled');
  const { from, to, stride } = kept;
  const bytes = (to - from) * stride;
  residence.add(worker, bytes);
  residence.open(talk.port);
  return { worker, id: about.run.into, port: talk.port, from, to, stride, bytes };
}
