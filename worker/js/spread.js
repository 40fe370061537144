/** What a worker needs to share the work on one buffer with others: loaded when it is wanted. */

import { help } from './helper.js';
import { hold } from './holder.js';
import { leased } from './lease.js';

/**
 * @import { Scope } from './lease.js'
 * @import { Loop } from './loop.js'
 * @import { Lease, Request } from './wire.js'
 */

/**
 * Does a worker's part of a job that is spread over several.
 *
 * @param {Scope} scope
 * @param {Loop} loop
 * @param {Request} request
 * @param {Lease} lease what came with it
 */
export function work(scope, loop, request, { halo, port }) {
  return leased(scope, loop, request, (opened) => (halo === undefined ? help(opened, port) : hold(opened, halo, port)));
}
