/**
 * @import { Inputs } from './inputs.js'
 * @import { UnjankError } from './errors.js'
 * @import { Lease } from '../../worker/js/wire.d.ts'
 *
 * @typedef {object} Owner who hears what comes of a job
 * @property {(result: Result) => void} deliver a task has a result; of a lone job, the only one
 * @property {() => void} complete all results have come
 * @property {(error: UnjankError) => void} fail
 *
 * @typedef {object} Result
 * @property {number} index which task
 * @property {number} start the first unit it answers for
 * @property {number} units
 * @property {Uint8Array<ArrayBuffer>} bytes of its first output
 * @property {Uint8Array<ArrayBuffer>[] | undefined} others further outputs, if there are any
 * @property {number} slot
 * @property {number} computeMs
 */

/** A job that has not settled: what only JavaScript can hold of it. */
export class Job {
  /** Why it is going to fail. @type {UnjankError | undefined} */
  failure;
  /** Stops listening to the signal. @type {(() => void) | undefined} */
  leave;
  /** What its worker needs to talk with the page while it has it, if they do. @type {Lease | undefined} */
  lease;

  /**
   * @param {Inputs} inputs in the order of its kernel
   * @param {Uint8Array} params
   * @param {AbortSignal | undefined} signal
   * @param {Owner} owner
   */
  constructor(inputs, params, signal, owner) {
    /** None once they were moved. */
    this.inputs = inputs;
    this.params = params;
    this.signal = signal;
    this.owner = owner;
  }
}
