// Cannot read a message with a module in it, as in an engine that does not clone modules.
import * as glue from '../../pkg/unjank_faults_glue.js';
import { serve } from '../../unjank/shell.js';

self.addEventListener('message', (event) => {
  if (!(event.data?.module instanceof WebAssembly.Module)) return;
  event.stopImmediatePropagation();
  self.dispatchEvent(new MessageEvent('messageerror'));
});
serve(glue);
