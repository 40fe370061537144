/** The page's side of a worker that answers questions: each is settled once, and none waits forever. */

import { UNASKED } from './answer.js';
import { DemoError } from './errors.js';

/** @import { Reply } from './answer.js' */

/** Encoding a PNG of 100 megapixels is the slowest thing asked for. */
const PATIENCE_MS = 120_000;

/** @typedef {{ resolve: (value: any) => void, reject: (error: Error) => void, timer: number }} Waiting */

export class Remote {
  #worker;
  #name;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #asked = 0;
  /** @type {DemoError | null} */
  #broken = null;

  /**
   * @param {Worker} worker
   * @param {string} name for error messages
   * @param {(note: any) => void} [onNote] called with what the worker posts unasked
   */
  constructor(worker, name, onNote = () => {}) {
    this.#worker = worker;
    this.#name = name;
    worker.addEventListener('message', ({ data }) => {
      if ('note' in data) onNote(data.note);
      else if (data.id === UNASKED) this.#fail(data.error.message);
      else this.#settle(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(event.message || 'its script could not be loaded');
    });
    worker.addEventListener('messageerror', () => this.#fail('a message could not be read'));
  }

  /**
   * @param {string} kind
   * @param {unknown} body
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  ask(kind, body, transfer = []) {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      const message = `the ${this.#name} worker is silent; reload the page`;
      const error = { code: 'no_answer', message };
      const timer = setTimeout(() => this.#settle({ id, error }), PATIENCE_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#worker.postMessage({ id, kind, body }, transfer);
    });
  }

  /**
   * Like `ask`, with no reply to wait for: a failure breaks the remote, so the next question hears of it.
   * @param {string} kind
   * @param {unknown} body
   * @param {Transferable[]} [transfer]
   */
  tell(kind, body, transfer = []) {
    if (this.#broken === null) this.#worker.postMessage({ id: UNASKED, kind, body }, transfer);
  }

  /** @param {Reply} reply */
  #settle({ id, value, error }) {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error === undefined) waiting.resolve(value);
    else waiting.reject(new DemoError(error.code, error.message));
  }

  /** @param {string} why */
  #fail(why) {
    const code = 'worker_failed';
    const message = `the ${this.#name} worker failed: ${why}; reload the page`;
    this.#broken = new DemoError(code, message);
    for (const id of [...this.#waiting.keys()]) this.#settle({ id, error: { code, message } });
  }
}
