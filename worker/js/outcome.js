/**
 * What became of a task, as `wire.d.ts` numbers it.
 *
 * @typedef {object} Outcome
 * @property {number} verdict
 * @property {string} text
 * @property {number} code the kernel's own
 * @property {string} place
 * @property {Uint8Array[]} outputs long ones have their buffer for themselves; others may lie in the module's memory
 */

export const COMPLETED = 0;
export const FAILED = 1;
export const BAD_PARAMS = 2;
export const PANICKED = 3;
export const UNREADABLE = 4;
export const BROKEN = 5;

/**
 * @param {number} verdict
 * @param {string} [text]
 * @param {Uint8Array[]} [outputs]
 * @param {number} [code]
 * @param {string} [place]
 * @returns {Outcome}
 */
export function outcome(verdict, text = '', outputs = [], code = 0, place = '') {
  return { verdict, text, code, place, outputs };
}

/** What it is called, whoever has too little. */
export const OUT_OF_MEMORY = 'out of memory';

/**
 * What was thrown, in words: engines throw values that are no errors when memory is short.
 *
 * @param {any} thrown
 */
export function describe(thrown) {
  try {
    return `${thrown?.message ?? thrown}`;
  } catch {
    return typeof thrown;
  }
}
