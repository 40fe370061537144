/**
 * What became of a task, as `wire.d.ts` numbers it.
 *
 * @typedef {object} Outcome
 * @property {number} verdict
 * @property {number} code the kernel's own
 * @property {string} text
 * @property {string} place
 */

export const COMPLETED = 0;
export const FAILURE = 1;
export const BAD_CALL = 2;
export const PANICKED = 3;
export const UNREADABLE = 4;
export const BROKEN = 5;

/** @type {Outcome} */
export const WELL = outcome(COMPLETED, '');

/**
 * @param {number} verdict
 * @param {string} text
 * @param {number} [code]
 * @param {string} [place]
 * @returns {Outcome}
 */
export function outcome(verdict, text, code = 0, place = '') {
  return { verdict, code, text, place };
}
