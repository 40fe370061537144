/**
 * What is given or fetched by mistake in place of a module, beyond what the engine says of it.
 *
 * It is a snippet of wasm-bindgen, and imports nothing.
 *
 * @import { Unloaded } from '../kernels.js'
 */

/** `\0asm`, as bytes. */
const WASM_MAGIC = [0, 0x61, 0x73, 0x6d];

/** How far a page in HTML may begin with blank space. */
const LOOK_BYTES = 256;

/**
 * An error that says it better, or the same one.
 *
 * @param {Unloaded} error as `load` throws it
 * @returns {Unloaded}
 */
export function diagnosis(error) {
  const { cause, found } = error;
  if (!found) return error;
  const { value, what } = found;
  if (!(value instanceof ArrayBuffer || value instanceof Uint8Array)) {
    const given = value === null ? 'null' : typeof value;
    return failure('bad_kernels', `kernels must be a URL, a Response, bytes or a module, not ${given}`, cause);
  }
  const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  if (WASM_MAGIC.every((byte, index) => bytes[index] === byte)) return error;
  if (isMarkup(bytes)) {
    return failure('kernels_unavailable', `${what} is a page in HTML, not a module: check the URL`, cause);
  }
  return failure('bad_kernels', `${what} is no WebAssembly: ${bytes.length} bytes without its first four`, cause);
}

/** @param {Uint8Array} bytes */
function isMarkup(bytes) {
  return new TextDecoder().decode(bytes.slice(0, LOOK_BYTES)).trimStart().startsWith('<');
}

/**
 * @param {Unloaded['code']} code
 * @param {string} message
 * @param {unknown} cause
 * @returns {Unloaded}
 */
function failure(code, message, cause) {
  return Object.assign(new Error(message, { cause }), { code });
}
