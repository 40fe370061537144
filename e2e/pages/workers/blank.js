// Gets nothing instead of a message with a module in it, as in an engine that drops modules.
import * as glue from '../pkg/unjank_faults.js';
import { serve } from '../pkg/shell.js';

self.addEventListener('message', (event) => {
  if (!(event.data?.module instanceof WebAssembly.Module)) return;
  event.stopImmediatePropagation();
  self.dispatchEvent(new MessageEvent('message', { data: null }));
});
serve(glue);
