/**
 * Kernels here and now, on whatever thread this is: on the page it blocks the page. For comparisons, and
 * for hosts without workers.
 *
 * @import { Kernel } from './description.js'
 * @import { Call, Expected, Window } from './instance.js'
 * @import { Outcome } from './outcome.js'
 */

import { encode } from '../../pool/js/cbor.js';
import { inspect } from '../../pool/js/later/inspection.js';
import { Cut } from './cut.js';
import { readKernels } from './description.js';
import { ANY_LENGTH } from './frame.js';
import { instanceOf } from './instance.js';
import { BAD_PARAMS, BROKEN, PANICKED } from './outcome.js';
import { plain } from './plain.js';
import { plannedHalo } from './plan.js';

/**
 * @typedef {'unknown_kernel' | 'bad_params' | 'bad_plan' | 'kernel' | 'panicked' | 'broken_kernel'} Code
 */

/** What went wrong. `kernelCode` is the kernel's own number; `location` is where it panicked. */
export class AloneError extends Error {
  name = 'UnjankError';

  /**
   * @param {Code} code
   * @param {string} message
   * @param {{ kernelCode?: number, location?: string }} [more]
   */
  constructor(code, message, more) {
    super(message);
    this.code = code;
    Object.assign(this, more);
  }
}

/** An instance of a kernel module, and after a trap another one. */
class Alone {
  #engine = plain();
  #instance;
  #kernels;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    inspect(module);
    this.#instance = instanceOf(this.#engine.begin(module), this.#engine.host);
    this.#kernels = readKernels(this.#instance.description);
  }

  /**
   * How many units of context a kernel needs before and after, the larger of the two.
   *
   * @param {string} kernel its name
   * @param {unknown} params
   * @returns {number}
   * @throws {AloneError} `unknown_kernel`, `bad_params`, `kernel`, `panicked`, `broken_kernel`
   */
  halo(kernel, params) {
    return this.#halo(this.#find(kernel), encoded(params));
  }

  /**
   * Runs a kernel with one input, chunk after chunk.
   *
   * @param {string} kernel its name
   * @param {unknown} params
   * @param {Uint8Array} source
   * @param {number} stride bytes of a unit
   * @returns {Uint8Array} the first outputs of the chunks, one behind the other
   * @throws {AloneError} as `halo`, or `bad_plan` for a source that is no whole number of units
   */
  run(kernel, params, source, stride) {
    const index = this.#find(kernel);
    const encodedParams = encoded(params);
    const halo = this.#halo(index, encodedParams);
    const result = new Result(source.length);
    for (const window of chunks(source.length, stride, halo)) {
      const [, , start, before, core, after] = window;
      const input = source.subarray((start - before) * stride, (start + core + after) * stride);
      const call = { kernel: index, params: encodedParams, window, inputs: [{ bytes: input, identity: 0 }] };
      result.append(this.#safely(() => this.#compute(call)));
    }
    return result.bytes;
  }

  /** @param {string} name */
  #find(name) {
    const index = this.#kernels.findIndex((kernel) => kernel.name === name);
    if (index < 0) throw new AloneError('unknown_kernel', `no kernel is called "${name}"`);
    return index;
  }

  /**
   * @param {number} kernel
   * @param {Uint8Array} params
   */
  #halo(kernel, params) {
    const { halo, inputs } = /** @type {Kernel} */ (this.#kernels[kernel]);
    const planned = halo ?? this.#safely(() => plannedHalo(this.#instance, { kernel, params }, inputs.length));
    if (!Array.isArray(planned)) throw errorOf(planned);
    return Math.max(...planned);
  }

  /** @param {Call} call */
  #compute(call) {
    this.#load(call);
    expectNone(this.#instance.run());
    const expected = expectedOf(/** @type {Kernel} */ (this.#kernels[call.kernel]), call);
    return this.#instance.outputs(expected)[0] ?? new Uint8Array();
  }

  /** @param {Call} call */
  #load(call) {
    expectNone(this.#instance.load(call));
  }

  /**
   * Does what may cost the instance.
   *
   * @template T
   * @param {() => T} work
   * @returns {T}
   */
  #safely(work) {
    try {
      return work();
    } catch (thrown) {
      if (thrown instanceof AloneError) throw thrown;
      const lost = this.#instance.lost(thrown);
      this.#instance = instanceOf(this.#engine.renew(), this.#engine.host);
      throw errorOf(lost);
    }
  }
}

/**
 * What the outputs of a call have to be.
 *
 * @param {Kernel} kernel
 * @param {Pick<Call, 'window' | 'inputs'>} call
 * @returns {Expected[]}
 */
function expectedOf({ grain, outputs }, { window, inputs }) {
  const core = window[4] ?? 0;
  return outputs.map(({ unit, inPlace }) => ({
    length: grain ? inputs[0]?.bytes.length ?? 0 : unit ? unit * core : ANY_LENGTH,
    slot: inPlace + 1,
  }));
}

/**
 * @param {WebAssembly.Module} module a plain kernel module
 * @returns {Alone}
 * @throws {Error} when the module is none, or there is no memory for it
 *
 * @example
 * const alone = instantiate(module);
 * const blurred = alone.run('blur', { sigma: 2 }, pixels, 4 * width);
 */
export function instantiate(module) {
  return new Alone(module);
}

/** Bytes put one behind the other. */
class Result {
  #bytes;
  #length = 0;

  /** @param {number} length that it is likely to have */
  constructor(length) {
    this.#bytes = new Uint8Array(length);
  }

  get bytes() {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @param {Uint8Array} part */
  append(part) {
    const end = this.#length + part.length;
    if (end > this.#bytes.length) {
      const longer = new Uint8Array(2 * end);
      longer.set(this.bytes);
      this.#bytes = longer;
    }
    this.#bytes.set(part, this.#length);
    this.#length = end;
  }
}

/**
 * The windows of chunks, cut as a pool cuts by default.
 *
 * @param {number} length
 * @param {number} stride
 * @param {number} halo
 * @returns {Window[]}
 */
function chunks(length, stride, halo) {
  if (!Number.isInteger(stride) || stride < 1) throw new AloneError('bad_plan', 'the stride must be at least 1');
  if (length % stride !== 0) {
    const message = `${length} bytes are no whole number of units of ${stride} bytes: check the stride`;
    throw new AloneError('bad_plan', message);
  }
  const total = length / stride;
  const cut = new Cut([stride, total, 0, 0, total, 0], [halo, halo], 0);
  return Array.from({ length: cut.count }, (_, chunk) => cut.window(chunk));
}

/** @param {unknown} params */
function encoded(params) {
  try {
    return encode(params);
  } catch (error) {
    throw new AloneError('bad_params', error instanceof Error ? error.message : String(error));
  }
}

/** @param {Outcome | undefined} failure */
function expectNone(failure) {
  if (failure) throw errorOf(failure);
}

/** @param {Outcome} outcome */
function errorOf({ verdict, code, text, place }) {
  if (verdict === BAD_PARAMS) return new AloneError('bad_params', text);
  if (verdict === BROKEN) return new AloneError('broken_kernel', text);
  if (verdict === PANICKED) return new AloneError('panicked', text, place ? { location: place } : {});
  return new AloneError('kernel', text, { kernelCode: code });
}
