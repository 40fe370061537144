/**
 * The worker of an app whose kernels are in a module that wasm-bindgen made. Its script is:
 *
 *     import * as glue from './my_app.js';
 *     import { serve } from './shell.js';
 *     serve(glue);
 *
 * @import { Glue } from './glued.js'
 */

import { glued } from './glued.js';
import { listen } from './service.js';

/**
 * Serves the page with the app's kernels.
 *
 * @param {Glue} glue what wasm-bindgen generated
 */
export function serve(glue) {
  listen(glued(glue));
}
