import { Host } from './imports.js';

/**
 * @import { Engine, Source } from './engine.js'
 * @import { Hooks } from './imports.js'
 *
 * @typedef {object} Plain an {@link Engine} that can begin at once, too
 * @property {Host} host
 * @property {Engine['start']} start
 * @property {() => WebAssembly.Exports} renew
 * @property {(module: WebAssembly.Module) => WebAssembly.Exports} begin
 */

/**
 * The engine for plain kernel modules.
 *
 * @param {Hooks} [hooks]
 * @returns {Plain}
 */
export function plain(hooks) {
  const host = new Host(hooks);
  /** @type {WebAssembly.Module} */
  let module;
  /** @type {WebAssembly.Imports} */
  let imports;
  const renew = () => {
    host.memory = undefined;
    return new WebAssembly.Instance(module, imports).exports;
  };
  const begin = (/** @type {WebAssembly.Module} */ compiled) => {
    module = compiled;
    imports = host.imports(module);
    return renew();
  };
  return { host, renew, begin, start: async (source) => begin(source.module ?? (await load(source))) };
}

/** @param {Source} source */
async function load({ url }) {
  if (!url) throw new Error('this engine cannot clone modules, and nobody knows where this one is');
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: status ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}
