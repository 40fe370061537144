import { Broken } from './broken.js';

/**
 * What was thrown, in words: engines throw values that are no errors when memory is short.
 *
 * @param {unknown} thrown
 */
export function describe(thrown) {
  try {
    return thrown instanceof Broken ? thrown.message : String(thrown);
  } catch {
    return 'something that has no words';
  }
}
