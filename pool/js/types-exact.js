// The package has what types.d.ts says. Nothing of it runs; `tsc --checkJs` is the test, with a `lib` that knows no
// `await using`: the name of that method is found when the modules run.
import * as index from './index.js';

/** @type {typeof import('./types.js')} */
export const everything = index;
