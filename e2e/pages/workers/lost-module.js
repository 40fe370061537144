// Cannot read the module, and does not find its own.
import * as glue from '../pkg/unjank_faults.js';
import { serve } from '../pkg/shell.js';

self.addEventListener('message', (event) => {
  if (!(event.data?.module instanceof WebAssembly.Module)) return;
  event.stopImmediatePropagation();
  self.dispatchEvent(new MessageEvent('messageerror'));
});
serve({ ...glue, default: () => glue.default({ module_or_path: '/nowhere.wasm' }) });
