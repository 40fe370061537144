// @ts-check
// Puts the module where the tests reach it.
import init, * as unjank from './pkg/unjank_faults.js';

/** @type {any} */ (globalThis).unjank = unjank;
/** @type {any} */ (globalThis).loaded = init();
