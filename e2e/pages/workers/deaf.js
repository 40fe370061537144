// Cannot read a message with a module in it, as in an engine that does not clone modules.
self.addEventListener('message', (event) => {
  if (!(event.data?.module instanceof WebAssembly.Module)) return;
  event.stopImmediatePropagation();
  self.dispatchEvent(new MessageEvent('messageerror'));
});
import('../unjank/worker.js');
