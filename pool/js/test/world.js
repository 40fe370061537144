/**
 * A page without a browser: pools whose workers run the real shell, on this thread, behind real message ports, and
 * the real core as `cargo xtask package` makes it.
 */

import { readFile } from 'node:fs/promises';
import { after, before } from 'node:test';

import { listen } from '../../../worker/js/service.js';
import { plain } from '../../../worker/js/plain.js';
import { createPool } from '../index.js';

export { inverted, noise } from './stories/alike.js';

const CORE = process.env['UNJANK_CORE'] ?? new URL('../../../target/npm/unjank/core.wasm', import.meta.url);
const GOLDEN = new URL('../../../protocol/golden/golden.wasm', import.meta.url);

const wasm = await WebAssembly.compile(await readFile(CORE));
export const kernels = await WebAssembly.compile(await readFile(GOLDEN));

/** A page stays, whatever its pools do. @type {ReturnType<typeof setInterval>} */
let page;
before(() => {
  page = setInterval(() => {}, 2 ** 31 - 1);
});
after(() => clearInterval(page));

/** As the browser's, as far as pools use it. */
export class FakeWorker extends EventTarget {
  /** @type {((event: any) => void) | null} */
  onmessage = null;
  /** @type {((event: any) => void) | null} */
  onerror = null;
  #ports = new MessageChannel();
  /** What was posted: messages, and the bytes that were moved with them. */
  posts = 0;
  movedBytes = 0;

  constructor() {
    super();
    const { port1: page, port2: worker } = this.#ports;
    const scope = {
      onmessage: /** @type {((event: any) => void) | null} */ (null),
      onmessageerror: null,
      postMessage: (/** @type {any} */ message, /** @type {any} */ transfer) => worker.postMessage(message, transfer),
      close: () => this.terminate(),
      performance,
      navigator: {},
    };
    page.onmessage = ({ data }) => this.onmessage?.({ data });
    worker.onmessage = ({ data }) => scope.onmessage?.({ data });
    listen(plain(), /** @type {any} */ (scope));
  }

  /**
   * @param {any} message
   * @param {(ArrayBuffer | MessagePort)[]} [transfer]
   */
  postMessage(message, transfer = []) {
    this.posts += 1;
    this.movedBytes += transfer.reduce((sum, moved) => sum + ('byteLength' in moved ? moved.byteLength : 0), 0);
    this.#ports.port1.postMessage(message, transfer);
  }

  terminate() {
    this.#ports.port1.close();
  }

  /** @param {string} message of an error that nobody caught in it */
  crash(message) {
    this.terminate();
    this.onerror?.(Object.assign(new Event('error'), { message, filename: 'worker.js', lineno: 1 }));
  }
}

/** @param {Partial<import('../types.d.ts').PoolOptions>} [options] */
export async function world(options) {
  /** @type {FakeWorker[]} */
  const workers = [];
  const worker = () => {
    const made = new FakeWorker();
    workers.push(made);
    return /** @type {any} */ (made);
  };
  const pool = await createPool({ kernels, wasm, worker, workers: 1, ...options });
  return { pool, workers };
}
