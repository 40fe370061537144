/**
 * @import { CommonTerms } from './options.js'
 * @import { Desk } from './residence.js'
 * @import { UnjankError } from './errors.js'
 */

/** Milliseconds that a timer waits at most. */
const LONGEST = 2 ** 31 - 1;

/**
 * Has work ended when its signal is aborted or its time is over: its worker ends with the piece that it is at, and keeps
 * what it has.
 *
 * @param {Desk} desk
 * @param {Pick<CommonTerms, 'signal' | 'deadlineMs'>} terms
 * @param {(error: UnjankError) => void} end
 * @returns {() => void} the undo
 */
export function bounded({ attend, makeError }, { signal, deadlineMs }, end) {
  const abort = () => end(makeError('cancelled', {}, { cause: signal?.reason }));
  const leave = signal && attend(signal, 0, abort);
  // It may have been aborted while something else was waited for.
  if (signal?.aborted) abort();
  const late = () => end(makeError('deadline_exceeded'));
  const timer = deadlineMs <= LONGEST ? setTimeout(late, deadlineMs) : undefined;
  return () => {
    leave?.();
    clearTimeout(timer);
  };
}
