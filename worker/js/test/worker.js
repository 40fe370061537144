/** A worker without a browser: its scope, its clock, and what it says. */

import { read } from './wire.js';
import { listen } from '../service.js';

/** Between its microtasks. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

export class Worker {
  /** @type {any[]} */
  said = [];
  /** What the clock shows, in milliseconds. */
  now = 5;
  /** How far it goes on from one look to the next. */
  step = 0;
  closed = false;

  /** @param {import('../engine.js').Engine} engine */
  constructor(engine) {
    this.scope = {
      onmessage: /** @type {((event: any) => void) | null} */ (null),
      onmessageerror: /** @type {(() => void) | null} */ (null),
      postMessage: (/** @type {any} */ message) => void this.said.push(message),
      close: () => {
        this.closed = true;
      },
      performance: { timeOrigin: 1000, now: () => (this.now += this.step) },
      navigator: {},
    };
    listen(engine, /** @type {any} */ (this.scope));
  }

  /** @param {unknown} data */
  hear(data) {
    this.scope.onmessage?.({ data });
  }

  /**
   * @param {import('../wire.js').Start} options
   */
  async start(options) {
    this.hear(options);
    await turn();
    return this.said.at(-1);
  }

  /**
   * Sends a request, and reads what came of it.
   *
   * @param {[Uint8Array, ArrayBuffer[]]} request
   */
  ask(request) {
    const before = this.said.length;
    this.hear(request);
    return this.said.slice(before).map(read);
  }
}
