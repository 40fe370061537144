/**
 * Where kernels come from: whatever an app has, to a compiled module; and what can be said of a module
 * before it runs.
 *
 * It is a snippet of wasm-bindgen, and imports nothing.
 *
 * @typedef {string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module} Kernels
 * @typedef {'kernels_unavailable' | 'bad_kernels' | 'version_mismatch'} Code
 * @typedef {{ module: string, name: string, kind: string }} Import
 */

const MAJOR = 1;

/** Functions that a module must export. */
const EXPORTS = ['unjank_reserve', 'unjank_run'];

/** What hosts have for a module to import. */
const IMPORTS = {
  unjank: ['emit', 'progress', 'cancelled', 'now', 'random', 'log'],
  wasi_snapshot_preview1: [
    'clock_time_get', 'clock_res_get', 'random_get', 'fd_write', 'fd_read', 'fd_close', 'fd_seek',
    'fd_fdstat_get', 'environ_get', 'environ_sizes_get', 'args_get', 'args_sizes_get', 'sched_yield',
    'proc_exit',
  ],
};

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
 * Says what is wrong with a plain kernel module, as far as it is seen without running it.
 *
 * @param {WebAssembly.Module} module
 * @throws {Error} with a `code`: `version_mismatch` for another major version of the interface, else
 *   `bad_kernels`
 */
export function inspect(module) {
  const imports = /** @type {Import[]} */ (WebAssembly.Module.imports(module));
  const kinds = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  for (const wanted of imports) expectKnown(wanted);
  expectVersion(kinds);
  if (kinds.get('memory') !== 'memory') throw failure('bad_kernels', 'the module exports no `memory`');
  if (kinds.has('_start')) {
    throw failure('bad_kernels', 'the module is a command, not a library: link it as a reactor (it exports `_start`)');
  }
  for (const name of EXPORTS) {
    if (kinds.get(name) !== 'function') throw failure('bad_kernels', `the module exports no function \`${name}\``);
  }
}

/** @param {Map<string, string>} kinds of exports, by name */
function expectVersion(kinds) {
  if (kinds.get(`unjank_v${MAJOR}`) === 'function') return;
  const others = [...kinds.keys()].filter((name) => /^unjank_v\d+$/.test(name));
  if (others.length === 0) {
    throw failure('bad_kernels', `the module has no kernels: it exports no \`unjank_v${MAJOR}\``);
  }
  throw failure('version_mismatch', `the module has \`${others.join('`, `')}\`, and this pool knows version ${MAJOR}`);
}

/** @param {Import} wanted */
function expectKnown({ module, name, kind }) {
  const known = Object.hasOwn(IMPORTS, module) ? IMPORTS[/** @type {keyof typeof IMPORTS} */ (module)] : [];
  if (kind === 'function' && known.includes(name)) return;
  throw failure('bad_kernels', `the module imports \`${module}.${name}\`, which no host has: ${adviceOn(module, name, kind)}`);
}

/**
 * @param {string} module
 * @param {string} name
 * @param {string} kind
 */
function adviceOn(module, name, kind) {
  if (kind === 'memory') return 'link it so that it exports its memory instead';
  if (module === 'wbg' || module.startsWith('__wbindgen') || name.startsWith('__wb')) {
    return 'it is made for wasm-bindgen, so give its glue too';
  }
  if (module === 'unjank') return 'it may want a newer host';
  if (module === 'wasi_snapshot_preview1') return 'it needs more of WASI than clocks, random bytes and output';
  if (module === 'env') return 'a symbol that its linker did not find';
  return 'a kernel gets bytes and gives bytes';
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
