import { makeError, said } from './errors.js';

/**
 * Where workers come from.
 *
 * @import { Script } from './port.js'
 */

/**
 * @param {string | object | (() => Worker) | undefined} worker as the option of that name
 * @returns {Script}
 */
export function scriptOf(worker) {
  if (worker === undefined) {
    // Bundlers look for this literal.
    return script('worker.js', () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));
  }
  if (typeof worker === 'function') {
    const { make, refused, name } = script('of the worker option', () => worker());
    // What the browser refused, not what the function did wrong.
    const isRefusal = (/** @type {unknown} */ thrown) => !!globalThis.DOMException && thrown instanceof DOMException;
    return {
      name,
      make,
      refused: (thrown) => (isRefusal(thrown) ? refused(thrown) : makeError('init_failed', { text: said(thrown) })),
    };
  }
  // A `TrustedScriptURL` as it is: not every engine has that class.
  return script(String(worker), () => new Worker(/** @type {string} */ (worker), { type: 'module' }));
}

/**
 * @param {string} name
 * @param {() => unknown} make
 * @returns {Script}
 */
function script(name, make) {
  return { name, make, refused: (thrown) => makeError('script_unavailable', { url: name, reason: said(thrown) }) };
}
