import { hrefOf } from './address.js';
import { loaded, makeError, UnjankError } from './errors.js';
import { load } from './kernels.js';

/**
 * The compiled module that workers run.
 *
 * @import { Unloaded } from './kernels.js'
 * @import { ErrorCode, Kernels } from './types.d.ts'
 */

/** What a kernel module exports, and what each is. */
const EXPORTS = ['memory:memory', 'unjank_v1:function', 'unjank_reserve:function', 'unjank_run:function'];

/**
 * @param {{ kernels?: Kernels | undefined, glue?: Kernels | undefined }} given plain kernels, or a module that
 *   wasm-bindgen made
 * @returns {Promise<WebAssembly.Module>}
 * @throws {UnjankError} `kernels_unavailable`, `bad_kernels`, `version_mismatch`
 */
export async function moduleOf({ kernels, glue }) {
  try {
    const module = await compiled(/** @type {Kernels} */ (kernels ?? glue));
    // Of the other kind its glue knows the imports.
    if (kernels && !isLibrary(module)) await inspect(module);
    return module;
  } catch (error) {
    if (error instanceof UnjankError) throw error;
    const { code, message, cause } = /** @type {Error & { code?: ErrorCode }} */ (error);
    throw makeError(/** @type {'bad_kernels'} */ (code ?? 'bad_kernels'), { text: message }, { cause });
  }
}

/**
 * @param {Kernels} source
 * @returns {Promise<WebAssembly.Module>}
 * @throws {Unloaded}
 */
export async function compiled(source) {
  try {
    return await load(source);
  } catch (thrown) {
    const error = /** @type {Unloaded} */ (thrown);
    throw error.found ? await diagnosed(error) : error;
  }
}

/**
 * The same error, if nothing better can be loaded: what the engine says of it is worth more than that something else
 * is missing too.
 *
 * @param {Unloaded} error
 */
function diagnosed(error) {
  return import('./later/diagnosis.js').then(({ diagnosis }) => diagnosis(error)).catch(() => error);
}

/**
 * Whether there is nothing to be said against a module, as there is not against most.
 *
 * @param {WebAssembly.Module} module
 */
function isLibrary(module) {
  const exports = WebAssembly.Module.exports(module).map(({ name, kind }) => `${name}:${kind}`);
  const hasAll = EXPORTS.every((name) => exports.includes(name)) && !exports.includes('_start:function');
  return hasAll && WebAssembly.Module.imports(module).length === 0;
}

/** @param {WebAssembly.Module} module */
async function inspect(module) {
  const inspection = await loaded(import('./later/inspection.js'));
  inspection.inspect(module);
}

/**
 * Where a module is, for workers that can't be given it.
 *
 * @param {Kernels | undefined} kernels
 * @returns {string | undefined}
 */
export function addressOf(kernels) {
  if (kernels instanceof URL) return kernels.href;
  if (typeof kernels !== 'string') return undefined;
  return hrefOf(() => new URL(kernels, globalThis.location?.href));
}
