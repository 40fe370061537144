import { hostOf } from './imports.js';

/**
 * @import { Engine, Source } from './engine.js'
 * @import { Host, Log } from './imports.js'
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
 * @param {Log} [log] where what they print goes; by default nowhere
 * @returns {Plain}
 */
export function plain(log = () => {}) {
  const host = hostOf(log);
  /** @type {WebAssembly.Module} */
  let module;
  const renew = () => {
    host.begin(0);
    return new WebAssembly.Instance(module, host.imports).exports;
  };
  const begin = (/** @type {WebAssembly.Module} */ compiled) => {
    module = compiled;
    return renew();
  };
  return { host, renew, begin, start: async (source) => begin(source.module ?? (await fetched(source))) };
}

/** @param {Source} source */
async function fetched({ url }) {
  if (!url) throw new Error('there is no module here, and no url of one');
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: status ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}
