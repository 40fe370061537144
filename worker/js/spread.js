/** What a worker needs to share the work on one buffer with others: loaded when it is wanted. */

import { help } from './helper.js';
import { hold } from './holder.js';
import { BROKEN, PANICKED } from './outcome.js';
import { replyOf } from './reply.js';

/**
 * @import { Loop } from './loop.js'
 * @import { Instance } from './instance.js'
 * @import { Outcome } from './outcome.js'
 * @import { Task } from './request.js'
 * @import { Request, Spread } from './wire.js'
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
 * Does a worker's part of a job that is spread over several, and has whatever is said to it meanwhile wait.
 *
 * @param {Scope} scope
 * @param {Loop} loop
 * @param {Request} request
 * @param {Spread} spread what came with it
 * @throws {Error} for a request that can't be read: then nothing has begun
 */
export async function work(scope, loop, request, { halo, port }) {
  const { instance, word, open } = loop.open(request);
  const opened = { instance, task: open(0) };
  const hear = scope.onmessage;
  /** @type {{ data: unknown }[]} */
  const waiting = [];
  scope.onmessage = (event) => waiting.push(event);
  const began = performance.timeOrigin + performance.now();
  const { outcome, times } = await (halo === undefined ? help(opened, port) : hold(opened, halo, port));

  const { verdict } = outcome;
  const goesOn = (verdict !== PANICKED && verdict !== BROKEN) || loop.renew();
  const reply = replyOf();
  reply.answer(word(0, 0), word(0, 1), word(0, 2), times, outcome);
  const message = reply.message(!goesOn, instance.memory.bytes().length, Math.round(began * 1000), request[1]);
  scope.postMessage(message, message[1]);
  scope.onmessage = goesOn ? hear : null;
  // Another one that is spread has the others wait again.
  for (const event of waiting) scope.onmessage?.(event);
}
