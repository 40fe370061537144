import { BROKEN, PANICKED } from './outcome.js';
import { replyOf } from './reply.js';

/**
 * @import { Loop } from './loop.js'
 * @import { Instance } from './instance.js'
 * @import { Outcome } from './outcome.js'
 * @import { Task } from './request.js'
 * @import { Request } from './wire.js'
 *
 * @typedef {object} Scope a worker's, as far as it is needed
 * @property {(message: unknown, transfer: Transferable[]) => void} postMessage
 * @property {((event: { data: any }) => void) | null} onmessage
 *
 * @typedef {{ instance: Instance, task: Task }} Opened the only task of a request, and what it runs on
 *
 * @typedef {object} Done what became of it
 * @property {Outcome} outcome
 * @property {[number, number, number]} times as the reply has them
 */

/**
 * Does a task during which its worker and the page talk, and has whatever else is said to the worker meanwhile wait.
 *
 * @param {Scope} scope
 * @param {Loop} loop
 * @param {Request} request
 * @param {(opened: Opened) => Promise<Done>} tend
 * @throws {Error} for a request that can't be read: then nothing has begun
 */
export async function leased(scope, loop, request, tend) {
  const { instance, word, open } = loop.open(request);
  const opened = { instance, task: open(0) };
  const hear = scope.onmessage;
  /** @type {{ data: unknown }[]} */
  const waiting = [];
  scope.onmessage = (event) => waiting.push(event);
  const began = performance.timeOrigin + performance.now();
  const { outcome, times } = await tend(opened);

  const goesOn = ![PANICKED, BROKEN].includes(outcome.verdict) || loop.renew();
  const reply = replyOf();
  reply.answer(word(0, 0), word(0, 1), word(0, 2), times, outcome);
  const message = reply.message(!goesOn, instance.memory.bytes().length, Math.round(began * 1000), request[1]);
  scope.postMessage(message, message[1]);
  scope.onmessage = goesOn ? hear : null;
  // Another one with a lease has the others wait again.
  for (const event of waiting) scope.onmessage?.(event);
}
