// Throws what is no error, as engines do when memory is short.
WebAssembly.Instance = /** @type {any} */ (function refuse() { throw undefined; });
import('../unjank/worker.js');
