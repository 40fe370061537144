// Gets no instance of any module.
WebAssembly.Instance = /** @type {any} */ (function refuse() { throw new RangeError('no memory for that'); });
import('../unjank/worker.js');
