import { makeError, said, tagOf } from './errors.js';

/**
 * Where workers come from.
 *
 * @import { Script } from './port.js'
 */

/**
 * @param {string | object | (() => Worker) | undefined} worker as the option of that name
 * @returns {Script}
 * @throws `unsupported`
 */
export function scriptOf(worker) {
  // What the browser refuses is told from what the function does wrong.
  if (typeof worker === 'function') return script('of the worker option', /** @type {() => unknown} */ (worker), 'init_failed');
  if (!globalThis.Worker) throw makeError('unsupported');
  // A `TrustedScriptURL` as it is: not every engine has that class.
  if (worker !== undefined) return script(String(worker), () => new Worker(/** @type {string} */ (worker), { type: 'module' }));
  // Bundlers look for this literal.
  return script('worker.js', () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));
}

/**
 * @param {string} name
 * @param {() => unknown} make
 * @param {'init_failed' | 'script_unavailable'} [otherwise] what it comes to unless the browser throws an exception of its
 *   own: of an address it throws others too, where trusted types are required
 * @returns {Script}
 */
function script(name, make, otherwise = 'script_unavailable') {
  return {
    name,
    make,
    refused: (thrown) =>
      makeError(tagOf(thrown) === 'DOMException' ? 'script_unavailable' : otherwise, { url: name, text: said(thrown) }),
  };
}
