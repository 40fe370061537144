// @ts-check
// Stories about how stories are told: each comes to what its name says.
import { cannot, rejects } from './expect.js';

/** @import { Unjank } from './expect.js' */

export async function is_told() {
  return 'with figures';
}

/** @param {Unjank} unjank */
export async function is_told_with_what_it_came_to({ createPool }) {
  await rejects(createPool({ worker: /** @type {any} */ (7) }), 'bad_option');
}

export async function is_one_that_no_engine_can() {
  cannot('nobody can');
}

export async function fails_by_throwing() {
  throw new Error('thrown');
}

export async function fails_by_an_error_that_nobody_catches() {
  const { port1, port2 } = new MessageChannel();
  const caught = new Promise((done) => { port1.addEventListener('message', done); });
  port1.onmessage = () => { throw new Error('left uncaught'); };
  port2.postMessage('');
  await caught;
}

export async function fails_by_a_rejection_that_nobody_handles() {
  Promise.reject(new Error('left unhandled'));
}

/** @param {Unjank} unjank */
export async function fails_by_an_outcome_that_it_does_not_expect({ createPool }) {
  await rejects(createPool({ worker: /** @type {any} */ (7) }), 'closed');
}

export async function hangs() {
  await new Promise(() => undefined);
}
