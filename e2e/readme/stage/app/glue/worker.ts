// from README.md: import * as glue from './app.js';
