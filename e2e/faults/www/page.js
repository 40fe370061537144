// @ts-check
// Puts the pool, with the kernels that misbehave, and its stories where the tests reach them.
import './uncaught.js';
import init, { Pool } from './pkg/unjank.js';
import { stories, tell } from './tell.js';

/** @import { Unjank } from './expect.js' */

const kernels = new URL('./pkg/kernels.wasm', import.meta.url).href;

/** @returns {Promise<Unjank>} */
async function load() {
  const { memory } = await init();
  return { Pool: { build: (options) => Pool.build({ kernels, ...options }) }, kernels, memory };
}

const loaded = load();
const told = (/** @type {string} */ module, /** @type {string} */ name) => tell(module, name, loaded);
loaded.then((unjank) => Object.assign(globalThis, { unjank }), () => undefined);
Object.assign(globalThis, { loaded, stories, tell: told });
