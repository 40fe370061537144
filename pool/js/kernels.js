/**
 * Where kernels come from: whatever an app has, to a compiled module.
 *
 * It is a snippet of wasm-bindgen, and imports nothing.
 *
 * @typedef {string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module} Kernels
 *
 * @typedef {Error & { code: 'kernels_unavailable' | 'bad_kernels', found?: Found }} Unloaded
 *
 * @typedef {object} Found what there is in place of a module: `later/diagnosis.js` may know it
 * @property {unknown} value bytes, or anything else
 * @property {string} what the same in words
 */

/**
 * Compiles kernels.
 *
 * @param {Kernels} kernels
 * @returns {Promise<WebAssembly.Module>}
 * @throws {Unloaded} `kernels_unavailable` if they could not be fetched, `bad_kernels` if what came is no module
 */
export async function load(kernels) {
  if (kernels instanceof WebAssembly.Module) return kernels;
  // At once: after this call the bytes are their owner's again.
  if (kernels instanceof ArrayBuffer) return compile(kernels, 'the bytes given');
  // Not every engine takes a `DataView`.
  if (ArrayBuffer.isView(kernels)) {
    return compile(new Uint8Array(kernels.buffer, kernels.byteOffset, kernels.byteLength), 'the bytes given');
  }
  const isAddress = typeof kernels === 'string' || kernels instanceof URL;
  const what = isAddress ? `${kernels}` : 'kernels';
  const given = await received(isAddress ? fetch(kernels) : kernels, what, 'could not be fetched');
  return given instanceof Response ? fromResponse(given, given.url || 'the response given') : compile(given, what);
}

/**
 * @param {Response} response
 * @param {string} what
 */
async function fromResponse(response, what) {
  const { bodyUsed, headers, ok, status, type } = response;
  if (type === 'opaque') throw unavailable(`${what} is from another origin: fetch it with CORS`);
  if (!ok) throw unavailable(`${what}: status ${status}`);
  if (bodyUsed) throw unavailable(`${what} was read before`);
  // Engines compile while they receive only what is said to be a module.
  if (headers.get('content-type')?.trim().toLowerCase() === 'application/wasm' && 'compileStreaming' in WebAssembly) {
    return received(WebAssembly.compileStreaming(response), what, 'broke off');
  }
  return compile(await received(response.arrayBuffer(), what, 'broke off'), what);
}

/**
 * @template T
 * @param {T} coming over the network
 * @param {string} what
 * @param {string} fate what is said of it if it does not come
 */
async function received(coming, what, fate) {
  try {
    return await coming;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) throw noModule(what, error);
    throw unavailable(`${what} ${fate}: ${inWords(error)}`, error);
  }
}

/**
 * @param {BufferSource} source or anything else
 * @param {string} what
 */
async function compile(source, what) {
  try {
    return await WebAssembly.compile(source);
  } catch (error) {
    throw Object.assign(noModule(what, error), { found: { value: source, what } });
  }
}

/**
 * @param {string} what
 * @param {unknown} error
 */
function noModule(what, error) {
  return failure('bad_kernels', `${what} is no module that this engine can compile: ${inWords(error)}`, error);
}

/**
 * @param {string} message
 * @param {unknown} [cause]
 */
function unavailable(message, cause) {
  return failure('kernels_unavailable', message, cause);
}

/** @param {unknown} error */
function inWords(error) {
  return /** @type {Error | undefined} */ (error)?.message ?? String(error);
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
