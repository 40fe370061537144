// @ts-check
// Puts the module and its stories where the tests reach them.
import './uncaught.js';
import init, * as unjank from './pkg/unjank_faults.js';
import { stories, tell } from './tell.js';

const loaded = init();
const told = (/** @type {string} */ module, /** @type {string} */ name) => (
  tell(module, name, loaded, unjank)
);
Object.assign(globalThis, { unjank, loaded, stories, tell: told });
