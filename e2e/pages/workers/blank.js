// Gets nothing instead of a message with a module in it, as in an engine that drops modules.
self.addEventListener('message', (event) => {
  if (!(event.data?.module instanceof WebAssembly.Module)) return;
  event.stopImmediatePropagation();
  self.dispatchEvent(new MessageEvent('message', { data: null }));
});
import('../unjank/worker.js');
