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
export function bounded({ attend, engine, makeError }, { signal, deadlineMs }, end) {
  const abort = () => end(makeError('cancelled', {}, { cause: signal?.reason }));
  const leave = signal && attend(signal, 0, abort);
  // It may have been aborted while something else was waited for.
  if (signal?.aborted) abort();
  const due = engine.now() + deadlineMs;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const wait = () => {
    timer = setTimeout(() => {
      // The clock stands still while the page is away, and timers go on in some.
      if (engine.now() < due) wait();
      else end(makeError('deadline_exceeded'));
    }, Math.min(Math.ceil(due - engine.now()), LONGEST));
  };
  if (deadlineMs < Infinity) wait();
  return () => {
    leave?.();
    clearTimeout(timer);
  };
}
