/**
 * Where kernels come from: whatever an app has, to a compiled module.
 *
 * It is a snippet of wasm-bindgen, and imports nothing.
 *
 * @typedef {string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module} Kernels
 * @typedef {'kernels_unavailable' | 'bad_kernels'} Code
 */

/** `\0asm`, as bytes. */
const WASM_MAGIC = [0, 0x61, 0x73, 0x6d];

/** How far a page in HTML may begin with blank space. */
const LOOK_BYTES = 256;

/**
 * Compiles kernels.
 *
 * @param {Kernels} kernels
 * @returns {Promise<WebAssembly.Module>}
 * @throws {Error} with a `code`: `kernels_unavailable` if they could not be fetched, `bad_kernels` if what
 *   came is no module
 */
export async function load(kernels) {
  if (kernels instanceof WebAssembly.Module) return kernels;
  if (typeof kernels === 'string' || kernels instanceof URL) return fromResponse(await get(kernels));
  if (kernels instanceof ArrayBuffer || ArrayBuffer.isView(kernels)) return compile(kernels, 'the bytes given');
  const response = await settled(kernels);
  if (response instanceof Response) return fromResponse(response);
  const given = response === null ? 'null' : typeof response;
  throw failure('bad_kernels', `kernels must be a URL, a Response, bytes or a module, not ${given}`);
}

/** @param {string | URL} url */
async function get(url) {
  try {
    return await fetch(url);
  } catch (error) {
    throw failure('kernels_unavailable', `${url} could not be fetched: ${inWords(error)}`, error);
  }
}

/** @param {Promise<Response> | Response} response */
async function settled(response) {
  try {
    return await response;
  } catch (error) {
    throw failure('kernels_unavailable', `kernels could not be fetched: ${inWords(error)}`, error);
  }
}

/** @param {Response} response */
async function fromResponse(response) {
  const what = response.url || 'the response given';
  if (response.type === 'opaque') {
    throw failure('kernels_unavailable', `${what} is from another origin: fetch it with CORS`);
  }
  if (!response.ok) throw failure('kernels_unavailable', `${what}: status ${response.status}`);
  if (response.bodyUsed) throw failure('kernels_unavailable', `${what} was read before`);
  const type = response.headers.get('content-type')?.trim().toLowerCase();
  // Engines compile while they receive only what is said to be a module.
  if (type === 'application/wasm' && 'compileStreaming' in WebAssembly) return compileStream(response, what);
  return compile(await body(response, what), what);
}

/**
 * @param {Response} response
 * @param {string} what
 */
async function compileStream(response, what) {
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) throw noModule(what, error);
    throw failure('kernels_unavailable', `${what} broke off: ${inWords(error)}`, error);
  }
}

/**
 * @param {Response} response
 * @param {string} what
 */
async function body(response, what) {
  try {
    return await response.arrayBuffer();
  } catch (error) {
    throw failure('kernels_unavailable', `${what} broke off: ${inWords(error)}`, error);
  }
}

/**
 * @param {BufferSource} source
 * @param {string} what
 */
async function compile(source, what) {
  const bytes = viewOf(source);
  if (!WASM_MAGIC.every((byte, index) => bytes[index] === byte)) {
    if (isMarkup(bytes)) {
      throw failure('kernels_unavailable', `${what} is a page in HTML, not a module: check the URL`);
    }
    throw failure('bad_kernels', `${what} is no WebAssembly: ${bytes.length} bytes without its first four`);
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw noModule(what, error);
  }
}

/** @param {BufferSource} source */
function viewOf(source) {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** @param {Uint8Array} bytes */
function isMarkup(bytes) {
  return new TextDecoder().decode(bytes.slice(0, LOOK_BYTES)).trimStart().startsWith('<');
}

/**
 * @param {string} what
 * @param {unknown} error
 */
function noModule(what, error) {
  return failure('bad_kernels', `${what} is no module that this engine can compile: ${inWords(error)}`, error);
}

/** @param {unknown} error */
function inWords(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {Code} code
 * @param {string} message
 * @param {unknown} [cause]
 */
function failure(code, message, cause) {
  return Object.assign(new Error(message, { cause }), { code });
}
