// Cannot read the module, and does not find it where it is.
const { fetch } = self;
self.fetch = () => fetch('/nowhere.wasm');
await import('./deaf.js');
