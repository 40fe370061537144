import { Broken } from './broken.js';
import { describe } from './outcome.js';

/** @import { Fault } from './wire.js' */

/**
 * Whose fault an error is: the module's, so that it fails wherever it is tried; a shortage of memory; or
 * the worker's.
 *
 * @param {any} error
 * @returns {Fault}
 */
export function faultOf(error) {
  if (error instanceof Broken || error?.name in WebAssembly) return 'module';
  return /memory/i.test(describe(error)) ? 'memory' : 'worker';
}
