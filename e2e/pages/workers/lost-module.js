// Cannot read the module, and does not find it where it is.
import './deaf.js';

const { fetch } = self;
self.fetch = () => fetch('/nowhere.wasm');
