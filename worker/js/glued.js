/**
 * @import { Engine } from './engine.js'
 *
 * @typedef {object} Glue what wasm-bindgen generates for the application
 * @property {(options?: object) => Promise<unknown>} default
 * @property {(options: object) => unknown} initSync
 * @property {() => void} [__wbg_reset_state]
 */

/**
 * The engine for modules that are made with wasm-bindgen.
 *
 * @param {Glue} glue
 * @returns {Engine}
 */
export function glued(glue) {
  /** @type {WebAssembly.Module | undefined} */
  let module;
  const make = () => /** @type {WebAssembly.Exports} */ (glue.initSync({ module }));
  return {
    async start(source) {
      module = source.module;
      return module ? make() : /** @type {WebAssembly.Exports} */ (await glue.default());
    },
    renew() {
      if (!glue.__wbg_reset_state) return undefined;
      glue.__wbg_reset_state();
      // Makes nothing: it is the only way to the exports of the instance that there is now.
      return make();
    },
  };
}
