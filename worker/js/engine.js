/**
 * Where instances come from: the only thing in which engines differ.
 *
 * @import { Host } from './imports.js'
 *
 * @typedef {object} Source
 * @property {WebAssembly.Module} [module] compiled; none where it cannot be cloned to a worker
 * @property {string} [url] where it is, if anybody knows
 *
 * @typedef {object} Engine
 * @property {Host} [host] what modules import; none where something else sees to it
 * @property {(source: Source) => Promise<WebAssembly.Exports>} start
 * @property {() => WebAssembly.Exports | undefined} renew the exports of a fresh instance; undefined: it
 *   has no way to make one
 */
export {};
