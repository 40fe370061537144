import { makeError } from './errors.js';
import { inspect, load } from './kernels.js';

/**
 * The compiled module that workers run.
 *
 * @import { ErrorCode, Kernels } from './types.d.ts'
 */

/**
 * @param {{ kernels?: Kernels | undefined, glue?: Kernels | undefined }} given plain kernels, or a module that
 *   wasm-bindgen made
 * @returns {Promise<WebAssembly.Module>}
 * @throws {UnjankError} `kernels_unavailable`, `bad_kernels`, `version_mismatch`
 */
export async function moduleOf({ kernels, glue }) {
  try {
    const module = await load(/** @type {Kernels} */ (kernels ?? glue));
    // Of the other kind its glue knows the imports.
    if (kernels) inspect(module);
    return module;
  } catch (error) {
    const { code, message, cause } = /** @type {Error & { code?: ErrorCode }} */ (error);
    throw makeError(/** @type {'bad_kernels'} */ (code ?? 'bad_kernels'), { text: message }, { cause });
  }
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
  try {
    return new URL(kernels, globalThis.location?.href).href;
  } catch {
    return undefined;
  }
}
