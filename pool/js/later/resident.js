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
 * @import { CutOptions, JobOptions } from '../types.d.ts'
 * @import { Held, Run, Step } from '../../../worker/js/wire.d.ts'
 * @import { OutputPort } from '../../../worker/js/description.js'
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {(from: number, to: number) => Promise<Bytes>} Source gives some units away, by the first and the one behind
 * the last: in a buffer of their own
 */

/** A worker has at least so many bytes of it: less is not worth a trip. */
const LEAST_PART = 2 ** 20;

/** Releases what nobody holds any more. @type {FinalizationRegistry<() => void> | undefined} */
let forgotten;

/**
 * @param {Desk} desk
 * @param {Bytes | Function} data a function gives it
 * @param {LoadTerms} terms
 * @returns {Promise<Resident>} once workers keep all of it
 */
export async function load(desk, data, { stride, halo, units, signal, source }) {
  if (desk.engine.isInline) throw new desk.UnjankError('unsupported', 'a pool on the page has no workers to keep data: run kernels on it there');
  const total = unitsOf(desk, data, stride, units);
  const residence = Residence.of(desk);
  const count = Math.min(await residence.workers(), Math.ceil((total * stride) / LEAST_PART), total);
  const parts = partsOf(total, count);
  const around = (/** @type {Part} */ { start, units }) =>
    /** @type {const} */ ([Math.max(0, start - halo), Math.min(total, start + units + halo)]);
  const size = parts.reduce((sum, part) => sum + (around(part)[1] - around(part)[0]) * stride, 0);
  residence.reserve(size);
  // Until all of it is there a worker may be lost whatever is said of later.
  let give = typeof data === 'function' ? asked(desk, residence, data, stride) : given(desk, residence, data, stride);
  const content = new Content(residence, parts, async (part) => {
    const [from, to] = around(part);
    const length = (to - from) * stride;
    const worker = await residence.claim(length);
    try {
      const bytes = await give(from, to);
      const id = residence.nextId();
      const port = await residence.give(worker, id, { stride, total, from, to, bytes });
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
  if (typeof source === 'function') give = asked(desk, residence, source, stride);
  return new Resident({ desk, residence, content, total, stride, halo, size });
}

/**
 * @param {Desk} desk
 * @param {Bytes | Function} data
 * @param {number} stride
 * @param {number | undefined} said by the caller
 */
function unitsOf({ makeError }, data, stride, said) {
  if (typeof data === 'function') {
    if (said === undefined) throw makeError('bad_option', { text: 'give load `units`: how many a function has, nobody else knows' });
    return said;
  }
  const { length } = data;
  if (length % stride) throw makeError('bad_plan/ragged', { length, stride });
  if (said !== undefined && said * stride !== length) {
    throw makeError('bad_option', { text: `${said} units of ${stride} bytes are not the ${length} bytes that are given: leave \`units\` out` });
  }
  return length / stride;
}

/** @param {number} total @param {number} count @returns {Part[]} */
function partsOf(total, count) {
  const bounds = Array.from({ length: count + 1 }, (_, index) => Math.floor((index * total) / count));
  return bounds.slice(0, -1).map((start, index) => ({ start, units: /** @type {number} */ (bounds[index + 1]) - start }));
}

/** What the page has. @param {Desk} desk @param {Residence} residence @param {Bytes} bytes @param {number} stride @returns {Source} */
function given(desk, residence, bytes, stride) {
  return async (from, to) => {
    if (bytes.length < to * stride) throw desk.makeError('detached');
    return residence.copy(bytes.subarray(from * stride, to * stride));
  };
}

/**
 * What a function of the caller's gives: away, if it has a buffer for itself.
 *
 * @param {Desk} desk
 * @param {Residence} residence
 * @param {Function} source
 * @param {number} stride
 * @returns {Source}
 */
function asked(desk, residence, source, stride) {
  return async (from, to) => {
    const bytes = desk.bytesOf(await source({ first: from, count: to - from }));
    const wanted = (to - from) * stride;
    if (bytes.length === wanted) return bytes.buffer.byteLength === wanted ? bytes : residence.copy(bytes);
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

/**
 * What is known of data that workers keep. Whoever has this may need it.
 *
 * @typedef {object} Data
 * @property {Desk} desk
 * @property {Residence} residence
 * @property {Content} content
 * @property {number} total units
 * @property {number} stride
 * @property {number} halo
 * @property {number} size bytes that workers keep of it
 */

/** Kernels for data that workers keep. See types.d.ts. */
class Pipeline {
  #data;
  #steps;

  /** @param {Data} data @param {Step[]} steps */
  constructor(data, steps) {
    this.#data = data;
    this.#steps = steps;
  }

  /** @param {string} kernel @param {unknown} params */
  through(kernel, params) {
    return new Pipeline(this.#data, this.#and(kernel, params));
  }

  /** @param {string} kernel @param {unknown} params @param {CutOptions} [options] */
  map(kernel, params, options) {
    const { desk, content, total, stride } = this.#data;
    const steps = this.#and(kernel, params);
    const terms = desk.mapOptions(options);
    const { first, count } = terms.range ?? { first: 0, count: total };
    if (first + count > total) {
      throw new desk.UnjankError('bad_plan', `units ${first} to ${first + count} reach past the ${total} that there are`);
    }
    const mapping = new Mapping(desk, content, { ...terms, steps, stride }, terms, first, first + count);
    const source = { bytes: undefined, first, units: count, stride, halo: 0 };
    const { outputs } = desk.engine.described(/** @type {Step} */ (steps.at(-1)).kernel);
    void mapping.start();
    return new desk.Chunks(mapping, 0, mapping.total, mapping.results, source, outputs);
  }

  /** @param {string} kernel @param {unknown} params @param {CutOptions} [options] */
  async run(kernel, params, options) {
    return this.map(kernel, params, options).gather();
  }

  /** @param {string} kernel @param {unknown} params @param {JobOptions} [options] */
  async keep(kernel, params, options) {
    const steps = this.#and(kernel, params);
    const { desk, residence, content: { parts }, total, stride, halo, size } = this.#data;
    const terms = desk.keepOptions(options);
    /** @type {Set<Talk>} */
    const talks = new Set();
    const content = new Content(residence, parts.map(({ start, units }) => ({ start, units })), async (part) => {
      // Through this: whoever holds the results holds what they can be made of again.
      const { content: parent } = this.#data;
      if (parent.isGone) return lost(desk);
      const unpin = parent.pin();
      /** @type {Home | undefined} */
      let kept;
      const index = content.parts.indexOf(part);
      try {
        await parent.at(/** @type {Part} */ (parent.parts[index]), async (home) => {
          const about = { id: home.id, into: residence.nextId(), parts: /** @type {Run['parts']} */ ([[0, part.start, part.units]]) };
          kept = await derived(desk, residence, home.worker, { ...terms, steps, stride }, about, talks);
        });
      } finally {
        unpin();
      }
      return /** @type {Home} */ (/** @type {unknown} */ (kept));
    });
    residence.reserve(size);
    const unpin = this.#data.content.pin();
    try {
      await settled(desk, content, terms, () => talks.forEach((talk) => talk.stop()));
    } catch (error) {
      residence.refund(size);
      throw error;
    } finally {
      unpin();
    }
    const homes = content.parts.map((part) => /** @type {Home} */ (part.home));
    const made = homes.reduce((sum, home) => sum + home.bytes, 0);
    residence.refund(size - made);
    const halos = content.parts.slice(1).map(({ start }, index) => start - /** @type {Home} */ (homes[index + 1]).from);
    return new Resident({
      desk, residence, content, total, stride: homes[0]?.stride ?? 0, halo: Math.min(halo, ...halos), size: made,
    });
  }

  /**
   * @param {string} name
   * @param {unknown} params
   * @returns {Step[]} those that there are, and one more
   */
  #and(name, params) {
    const { desk: { encodedParams, engine, UnjankError }, content } = this.#data;
    if (content.isReleased) throw new UnjankError('released', 'it was released: load it again');
    const encoded = /** @type {Bytes} */ (encodedParams(params));
    const kernel = engine.kernel(name);
    const described = engine.described(kernel);
    if (!isCut(described)) {
      throw new UnjankError('bad_plan', `kernel "${name}" does not make one output of one input, part by part: use run()`);
    }
    const { grain, halo, outputs: [output] } = described;
    const { unit, inPlace } = /** @type {OutputPort} */ (output);
    return [...this.#steps, { kernel, params: encoded, halo, grain, unit, slot: inPlace + 1 }];
  }
}

/** Data that workers keep. See types.d.ts. */
export class Resident extends Pipeline {
  #free;

  static {
    const { dispose } = /** @type {{ dispose?: symbol }} */ (Symbol);
    if (dispose) Object.defineProperty(this.prototype, dispose, { value: this.prototype.release });
  }

  /** @param {Data} data */
  constructor(data) {
    super(data, []);
    const { residence, content, size } = data;
    this.units = data.total;
    this.stride = data.stride;
    this.halo = data.halo;
    this.#free = () => {
      if (content.isReleased) return;
      content.release();
      residence.refund(size);
    };
    forgotten ??= new FinalizationRegistry((free) => free());
    forgotten.register(data, this.#free);
  }

  /** See types.d.ts. */
  release() {
    this.#free();
  }
}

/**
 * Has a worker keep what a kernel makes of what it keeps.
 *
 * @param {Desk} desk
 * @param {Residence} residence
 * @param {WorkerName} worker who does
 * @param {Call} call
 * @param {Omit<Run, 'steps'> & { into: number }} about
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
  return { worker, id: about.into, port: talk.port, from, to, stride, bytes };
}
