// @ts-check
// Puts the pool, with the kernels that misbehave, and its stories where the tests reach them.
import './uncaught.js';
import { stories, tell } from './tell.js';
import { createPool } from './unjank/index.js';

/** @import { Unjank } from './expect.js' */

const kernels = new URL('./pkg/kernels.wasm', import.meta.url).href;

/** @type {Unjank} */
const unjank = { createPool: (options) => createPool({ kernels, ...options }), kernels, script: './unjank/worker.js' };
const loaded = Promise.resolve(unjank);
const told = (/** @type {string} */ module, /** @type {string} */ name) => tell(module, name, loaded);
Object.assign(globalThis, { unjank, loaded, stories, tell: told });
