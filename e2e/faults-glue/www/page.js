// @ts-check
// The same with a module made by wasm-bindgen, which has the pool and the kernels in it.
import './uncaught.js';
import init, { Pool } from './pkg/unjank_faults_glue.js';
import { stories, tell } from './tell.js';

/** @import { Unjank } from './expect.js' */

const kernels = new URL('./pkg/unjank_faults_glue_bg.wasm', import.meta.url).href;

/** @returns {Promise<Unjank>} */
async function load() {
  const { memory } = await init();
  return { Pool, kernels, memory };
}

const loaded = load();
const told = (/** @type {string} */ module, /** @type {string} */ name) => tell(module, name, loaded);
loaded.then((unjank) => Object.assign(globalThis, { unjank }), () => undefined);
Object.assign(globalThis, { loaded, stories, tell: told });
