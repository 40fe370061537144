import { existsSync } from 'node:fs';
import { versions } from 'node:process';
import { Worker } from 'node:worker_threads';

import { addressOf } from './files.js';

/**
 * @import { PoolSettings } from '../types.js'
 * @import { Word } from '../../../worker/js/wire.d.ts'
 */

/**
 * How a pool comes by workers.
 *
 * @param {PoolSettings['worker']} worker as the option of that name
 */
export function threads(worker) {
  if (typeof worker === 'function') return () => adapted(worker());
  // What is no script is refused as it is.
  if (worker !== undefined && typeof worker !== 'string' && !(worker instanceof URL)) return worker;
  const script = addressOf(worker ?? new URL('../worker.js', import.meta.url));
  return () => new Thread(begun(script));
}

/** @param {URL} script */
function begun(script) {
  const scope = new URL('./scope.js', import.meta.url);
  for (const url of [scope, script]) {
    // As a browser says of one that it can't have.
    if (url.protocol === 'file:' && !existsSync(url)) throw new DOMException(`${url} is not there`, 'NotFoundError');
  }
  return new Worker(scope, { workerData: { unjankScript: script.href } });
}

/** A thread that somebody else has made is one too. @param {unknown} made */
function adapted(made) {
  return made instanceof Worker ? new Thread(made) : made;
}

/** Bun waits for a thread that it was told to end before it ends itself, and one whose kernel runs never hears of it. */
const CAN_END = !versions.bun;

/** A thread, as the pool has workers of a page's. */
class Thread extends EventTarget {
  /** No lock has to. */
  tellsEnd = true;
  /** @type {((event: { data: unknown }) => void) | null} */
  onmessage = null;
  onerror = null;
  #thread;

  /** @param {Worker} thread */
  constructor(thread) {
    super();
    this.#thread = thread;
    thread.on('message', (data) => {
      // One that starts holds the process; while it works, the pool does.
      if (/** @type {Partial<Word> | null} */ (data)?.unjank === 'ready') thread.unref();
      this.onmessage?.({ data });
    });
    thread.on('messageerror', () => this.dispatchEvent(new Event('messageerror')));
    thread.on('error', (error) => this.#fail(told(error)));
    thread.on('exit', (code) => this.#fail(`its thread ended with exit code ${code}`));
  }

  /**
   * @param {unknown} message
   * @param {Transferable[]} [transfer]
   */
  postMessage(message, transfer) {
    this.#thread.postMessage(message, transfer);
  }

  terminate() {
    const thread = this.#thread;
    thread.unref();
    if (CAN_END) void thread.terminate();
    else thread.postMessage({ unjank: 'end' });
  }

  /** @param {string} message */
  #fail(message) {
    /** @type {Word} */
    const data = { unjank: 'failed', fault: 'worker', message };
    this.onmessage?.({ data });
  }
}

/** What was thrown in a thread, and where. @param {unknown} error */
function told(error) {
  const { name, message, stack } = /** @type {Error} */ (Object(error));
  const [place] = /file:[^\s()]+:\d+:\d+/.exec(String(stack)) ?? [];
  return `${name}: ${message}${place ? ` (${place})` : ''}`;
}
