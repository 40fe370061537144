import { INLINE_BYTES } from '../../worker/js/frame.js';

/**
 * Jobs by which a worker is had for a while, to talk with it: what they carry has no meaning.
 *
 * @import { Job, Owner } from './job.js'
 * @import { Lease } from '../../worker/js/wire.d.ts'
 */

/** Bytes that a payload has at least that goes to a worker that has nothing else to do. */
const PAYLOAD = INLINE_BYTES + 1;

/**
 * @param {number} stride bytes of a unit of what is talked about
 * @param {Uint8Array} params
 * @param {Lease} lease
 * @param {Owner} owner
 * @returns {Job}
 */
export function leaseOf(stride, params, lease, owner) {
  const inputs = [new Uint8Array(Math.ceil(PAYLOAD / stride) * stride)];
  return /** @type {Job} */ ({ inputs, params, lease, owner });
}
