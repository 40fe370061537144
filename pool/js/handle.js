import { makeError } from './errors.js';
import { Tether } from './locks.js';

/**
 * @import { UnjankError } from './errors.js'
 * @import { Fault, Reply, Request, Start, Word } from '../../worker/js/wire.d.ts'
 *
 * @typedef {object} Hearer who hears of a worker
 * @property {() => void} listening what was sent before may be lost
 * @property {(version: number, description: Uint8Array) => void} ready
 * @property {(reply: Reply) => void} reply
 * @property {() => void} unreadable it could not read the message that starts it
 * @property {(error: UnjankError) => void} lost it is gone, or might as well be
 */

/** A worker of the page's, and what listens to it. */
export class Handle {
  #worker;
  #tether;
  #hearer;
  #onError;

  /**
   * @param {Worker} worker
   * @param {string} script what it runs, in words
   * @param {Hearer} hearer
   */
  constructor(worker, script, hearer) {
    this.#worker = worker;
    this.#tether = Tether.isThere && !('tellsEnd' in worker) ? new Tether() : undefined;
    this.#hearer = hearer;
    this.#onError = (/** @type {Event} */ event) => {
      // Who called hears of it; it is not an error that nobody caught.
      event.preventDefault();
      hearer.lost(diagnosis(event, script));
    };
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = this.#onError;
    worker.addEventListener('messageerror', this.#onError);
    // Whoever made the worker may end it, and no event would tell.
    worker.terminate = () => hearer.lost(notStarted('the worker was terminated by the page'));
  }

  /** @param {Omit<Start, 'unjank' | 'tether'>} start */
  start(start) {
    this.#worker.postMessage({ unjank: 'start', tether: this.#tether?.name, ...start });
  }

  /**
   * @param {Request} request
   * @throws what the browser throws: then nothing was sent, and no buffer is lost
   */
  post(request) {
    const [, buffers, lease] = request;
    // An empty list is slower than none.
    if (lease) this.#worker.postMessage(request, [...buffers, lease.port]);
    else if (buffers.length > 0) this.#worker.postMessage(request, buffers);
    else this.#worker.postMessage(request);
  }

  terminate() {
    const worker = this.#worker;
    worker.onmessage = null;
    worker.onerror = null;
    worker.removeEventListener('messageerror', this.#onError);
    // What stood before the worker's own method.
    delete (/** @type {Partial<Worker>} */ (worker).terminate);
    worker.terminate();
    this.#tether?.stop();
  }

  /**
   * Passes on what the shell said. Messages that are none of its own are left alone.
   *
   * @param {any} data
   */
  #hear(data) {
    const hearer = this.#hearer;
    if (Array.isArray(data)) {
      if (data[0] instanceof Uint8Array && Array.isArray(data[1])) hearer.reply(/** @type {Reply} */ (data));
      return;
    }
    const word = /** @type {Word | undefined} */ (data ?? undefined);
    switch (word?.unjank) {
      case 'listening': return hearer.listening();
      case 'unreadable': return hearer.unreadable();
      case 'closing': return hearer.lost(notStarted('the worker closed itself'));
      case 'failed': return hearer.lost(faulty(word.fault, word.message));
      case 'ready':
        this.#tether?.watch(() => hearer.lost(notStarted('the worker closed without a word')));
        return hearer.ready(word.version, word.description);
    }
  }
}

/** What becomes of a worker that is of no use. @param {string} text */
export function notStarted(text) {
  return makeError('init_failed', { text });
}

/**
 * @param {Fault} fault
 * @param {string} text
 */
function faulty(fault, text) {
  if (fault === 'module') return makeError('bad_kernels', { text });
  return fault === 'memory' ? makeError('out_of_memory', { text }) : notStarted(text);
}

/**
 * What an event says of a worker: scripts that don't load give a bare error.
 *
 * @param {Event} event
 * @param {string} script
 */
function diagnosis(event, script) {
  if (event.type === 'messageerror') return notStarted('a message of the worker could not be read');
  const { message, filename, lineno } = /** @type {ErrorEvent} */ (event);
  // Of a script that doesn't link some engines don't say which it is.
  if (message) return notStarted(`${message} (${filename || script}:${lineno})`);
  return makeError('script_unavailable', { url: script, text: 'the browser does not say why' });
}
