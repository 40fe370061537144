/** What the stories have in common. */

import assert from 'node:assert/strict';

import { plain } from '../plain.js';
import { KERNELS, module } from './modules.js';
import { Worker } from './worker.js';

export const LIMIT = 64 << 20;

export const bytes = (/** @type {number[]} */ ...values) => Uint8Array.from(values);

/** @param {number} length */
export const noise = (length, seed = 1) => Uint8Array.from({ length }, (_, index) =>
  (Math.imul(index + seed, 2654435761) >>> 24));

/** @param {Uint8Array} input */
export const inverted = (input) => input.map((byte) => ~byte);

/**
 * @param {import('./modules.js').Changes & { memoryLimit?: number, engine?: import('../engine.js').Engine }} [changes]
 */
export async function ready({ memoryLimit = LIMIT, engine = plain(), ...changes } = {}) {
  const worker = new Worker(engine);
  const said = await worker.start({ unjank: 'start', module: module(changes), memoryLimit });
  assert.equal(said.unjank, 'ready', said.message);
  return worker;
}

/**
 * What the page says of the outputs of a call, and how long the pieces are into which it may be cut.
 *
 * @param {keyof typeof KERNELS} kernel
 */
const described = (kernel) => ({
  kernel: KERNELS[kernel],
  outputs: kernel === 'two' ? [{ slot: 1 }, { slot: 0 }] : [{ slot: kernel === 'sum' ? 0 : 1 }],
});

/**
 * A task whose input rides in the frame.
 *
 * @param {number} job
 * @param {keyof typeof KERNELS} kernel
 * @param {number[]} values
 */
export const task = (job, kernel, ...values) =>
  ({ job, ...described(kernel), inputs: [{ bytes: bytes(...values) }] });

/**
 * A task whose input is a buffer.
 *
 * @param {number} job
 * @param {keyof typeof KERNELS} kernel
 * @param {number} length
 * @param {number} [buffer]
 */
export const large = (job, kernel, length, buffer = 0) =>
  ({ job, ...described(kernel), inputs: [{ buffer, length }] });

/** @param {import('./wire.js').Reply[]} replies */
export const answers = (replies) => replies.flatMap((reply) => reply.answers);

/** @param {import('./wire.js').Reply[]} replies */
export function only(replies) {
  assert.equal(replies.length, 1);
  const [reply] = replies;
  assert.equal(reply?.answers.length, 1);
  return { reply, answer: /** @type {import('./wire.js').Answer} */ (reply?.answers[0]) };
}
