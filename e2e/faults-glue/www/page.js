// @ts-check
// The same with a module made by wasm-bindgen, which has the kernels, and callers in Rust, in it.
import './uncaught.js';
import init from './pkg/unjank_faults_glue.js';
import { stories, tell } from './tell.js';
import { createPool } from './unjank/index.js';

/** @import { Unjank } from './expect.js' */

const glue = new URL('./pkg/unjank_faults_glue_bg.wasm', import.meta.url).href;
const worker = new URL('./pkg/worker.js', import.meta.url);

/** @returns {Promise<Unjank>} */
async function load() {
  const module = await WebAssembly.compileStreaming(fetch(glue));
  // Callers in Rust have a pool of their own.
  await init({ module_or_path: module });
  const fixed = { glue: module, kernels: undefined, fallback: undefined, inline: undefined };
  return { createPool: (options) => createPool({ worker, ...options, ...fixed }), kernels: glue, script: './pkg/worker.js' };
}

const loaded = load();
const told = (/** @type {string} */ module, /** @type {string} */ name) => tell(module, name, loaded);
loaded.then((unjank) => Object.assign(globalThis, { unjank }), () => undefined);
Object.assign(globalThis, { loaded, stories, tell: told });
