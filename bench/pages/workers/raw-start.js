// @ts-check
import { initSync } from '../pkg/unjank_bench_module.js';

const scope = /** @type {any} */ (self);

scope.onmessage = (/** @type {{ data: WebAssembly.Module }} */ { data: module }) => {
  initSync({ module });
  scope.postMessage('ready');
};
