import { makeError, said } from './errors.js';
import { Handle, notStarted } from './handle.js';
import { VERSION } from '../../worker/js/frame.js';

/**
 * The pool's workers, by slot. A worker that was terminated is heard no more.
 *
 * @import { UnjankError } from './errors.js'
 * @import { Reply, Request } from '../../worker/js/wire.d.ts'
 *
 * @typedef {object} Script where workers come from
 * @property {string} name in words
 * @property {() => unknown} make
 * @property {(thrown: unknown) => UnjankError} refused why none could be made
 *
 * @typedef {object} Source what they run
 * @property {WebAssembly.Module | undefined} module compiled
 * @property {string | undefined} url where it is, for workers that can't be given it
 * @property {number} memoryLimit bytes of linear memory above which an instance is replaced
 *
 * @typedef {object} Listener who hears of them
 * @property {(slot: number, generation: number, description: Uint8Array) => void} ready
 * @property {(slot: number, generation: number, reply: Reply) => void} reply
 * @property {(slot: number, generation: number, error: UnjankError) => void} lost
 */
export class Port {
  #script;
  #source;
  #listener;
  /** @type {({ generation: number, handle: Handle } | undefined)[]} By slot. */
  #workers = [];

  /**
   * @param {Script} script
   * @param {Source} source
   * @param {Listener} listener
   */
  constructor(script, source, listener) {
    this.#script = script;
    this.#source = source;
    this.#listener = listener;
  }

  /**
   * Begins to start a worker.
   *
   * @param {number} slot
   * @param {number} generation
   * @throws {UnjankError} why it can't be started
   */
  spawn(slot, generation) {
    const { name } = this.#script;
    const worker = this.#make();
    const isHeard = () => this.#workers[slot]?.handle === handle;
    const listener = this.#listener;
    const lose = (/** @type {UnjankError} */ error) => {
      if (isHeard()) listener.lost(slot, generation, error);
    };
    const handle = new Handle(worker, name, {
      listening: () => {
        if (isHeard()) tried(() => this.#start(handle), lose);
      },
      ready: (version, description) => {
        if (!isHeard()) return;
        if (version !== VERSION) lose(makeError('version_mismatch', { text: `page and worker are of versions ${VERSION} and ${version}: reload the page` }));
        else listener.ready(slot, generation, description);
      },
      reply: (reply) => {
        if (isHeard()) listener.reply(slot, generation, reply);
      },
      unreadable: () => {
        // This engine can't clone a module to a worker.
        this.#source.module = undefined;
        lose(notStarted('the worker could not read the module'));
      },
      lost: lose,
    });
    this.#workers[slot] = { generation, handle };
    tried(() => this.#start(handle), (error) => { throw error; });
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {Request} request
   * @throws what the browser throws: then nothing was sent, and no buffer is lost
   */
  post(slot, generation, request) {
    const worker = this.#workers[slot];
    if (worker?.generation !== generation) throw new Error('the worker is gone');
    worker.handle.post(request);
  }

  /**
   * @param {number} slot
   * @param {number} generation
   */
  terminate(slot, generation) {
    const worker = this.#workers[slot];
    if (worker?.generation !== generation) return;
    this.#workers[slot] = undefined;
    worker.handle.terminate();
  }

  #make() {
    const { make, refused } = this.#script;
    let made;
    try {
      made = make();
    } catch (error) {
      throw refused(error);
    }
    // By what it has to do: a worker may be another frame's.
    if (typeof (/** @type {any} */ (made)?.postMessage) === 'function') return /** @type {Worker} */ (made);
    throw notStarted('the worker option returned something that is no Worker');
  }

  /** @param {Handle} handle */
  #start(handle) {
    const source = this.#source;
    try {
      handle.start(source);
    } catch (error) {
      if (!source.module) throw error;
      source.module = undefined;
      handle.start(source);
    }
  }
}

/**
 * @param {() => void} work
 * @param {(error: UnjankError) => void} fail
 */
function tried(work, fail) {
  try {
    work();
  } catch (error) {
    fail(notStarted(said(error)));
  }
}
