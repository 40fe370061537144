/**
 * Kernels here and now, on whatever thread this is: on the page it blocks the page. For comparisons, and
 * for hosts without workers.
 *
 * @import { Kernel } from './description.js'
 * @import { Outcome } from './verdict.js'
 * @import { Call } from './instance.js'
 */

import { encode } from '../../pool/js/cbor.js';
import { BAD_PARAMS, DONE, NO_MEMORY } from './abi.js';
import { Broken } from './broken.js';
import { failed, trapped } from './failure.js';
import { Instance } from './instance.js';
import { plain } from './plain.js';
import { BAD_CALL, BROKEN, PANICKED, WELL } from './verdict.js';

/** About how many bytes a chunk has, as where a pool cuts: what stays in a core's cache with its result. */
const CHUNK_BYTES = 1 << 20;

/** A wide halo costs more than a chunk that leaves the cache, up to so many times that. */
const MOST_CHUNKS = 8;

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

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.#instance = new Instance(this.#engine.begin(module), this.#engine.host);
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
    const index = this.#instance.kernels.findIndex((kernel) => kernel.name === name);
    if (index < 0) throw new AloneError('unknown_kernel', `no kernel is called "${name}"`);
    return index;
  }

  /**
   * @param {number} kernel
   * @param {Uint8Array} params
   */
  #halo(kernel, params) {
    const { halo, inputs } = /** @type {Kernel} */ (this.#instance.kernels[kernel]);
    const [before, after] = halo ?? this.#safely(() => this.#plan({
      kernel,
      params,
      window: [1, 0, 0, 0, 0, 0],
      inputs: inputs.map(() => ({ bytes: new Uint8Array(), identity: 0 })),
    }));
    return Math.max(before, after);
  }

  /** @param {Call} call */
  #plan(call) {
    const status = this.#instance.load(call) ? this.#instance.plan() : NO_MEMORY;
    if (status === undefined) throw new Broken('a halo depends on params, and nothing says how');
    this.#expectDone(status);
    return this.#instance.halo;
  }

  /** @param {Call} call */
  #compute(call) {
    this.#expectDone(this.#instance.load(call) ? this.#instance.run() : NO_MEMORY);
    return this.#instance.outputs(call)[0] ?? new Uint8Array();
  }
}
