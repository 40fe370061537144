// from docs/src/rust.md: import * as glue from './app.js';
