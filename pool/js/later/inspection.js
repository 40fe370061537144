/**
 * What can be said of a module before it runs. Few are in need of it: see `modules.js`.
 *
 * It is a snippet of wasm-bindgen, and imports nothing.
 *
 * @typedef {'bad_kernels' | 'version_mismatch'} Code
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
 * @param {Code} code
 * @param {string} message
 */
function failure(code, message) {
  return Object.assign(new Error(message), { code });
}
