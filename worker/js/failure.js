import { BAD_PARAMS, NO_MEMORY } from './abi.js';
import { Broken } from './broken.js';
import { describe } from './thrown.js';
import { BAD_CALL, BROKEN, FAILURE, PANICKED, outcome } from './verdict.js';

/**
 * @import { Failure, Instance } from './instance.js'
 */

/** What a status means where the module has no words for it, from `DONE` on. */
const REASONS = [
  '', 'its params cannot be used', 'an input cannot be used', 'it failed', 'it was cancelled',
  'there was no memory', 'it is not supported',
];

/**
 * What came of a call with another status than `DONE`.
 *
 * @param {number} status
 * @param {Failure} failure
 */
export function failed(status, { code, text }) {
  const verdict = status === BAD_PARAMS ? BAD_CALL : FAILURE;
  const isKnown = status < REASONS.length;
  return outcome(verdict, text || (REASONS[status] ?? 'it failed'), code || (isKnown ? 0 : status));
}

/** What came of a call for which there was no room. */
export function roomless() {
  return failed(NO_MEMORY, { code: 0, text: '' });
}

/**
 * What came of a call that threw: it trapped, or the module broke the interface.
 *
 * @param {unknown} thrown
 * @param {Instance} instance
 */
export function lost(thrown, instance) {
  if (thrown instanceof Broken) return outcome(BROKEN, thrown.message);
  const panic = instance.panic();
  return outcome(PANICKED, panic?.text ?? describe(thrown), 0, panic?.place);
}
