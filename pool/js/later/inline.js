/**
 * Kernels on the page itself: for a pool without workers, and for jobs that are worth none.
 *
 * @import { Engine } from '../engine.js'
 * @import { makeError, UnjankError } from '../errors.js'
 * @import { PoolTerms } from '../options.js'
 * @import { Script } from '../port.js'
 * @import { scriptOf } from '../script.js'
 * @import { Reply, Request, Start, Word } from '../../../worker/js/wire.js'
 *
 * @typedef {ReturnType<typeof loopOf>} Loop
 * @typedef {Pick<Performance, 'now' | 'timeOrigin'>} Clock
 *
 * @typedef {object} Page what the page gives
 * @property {typeof scriptOf} scriptOf
 * @property {typeof makeError} makeError
 * @property {WebAssembly.Module} module
 * @property {(script: Script, options: PoolTerms) => Promise<Engine>} started once it is open
 */

import { faultOf } from '../../../worker/js/fault.js';
import { VERSION } from '../../../worker/js/frame.js';
import { print } from '../../../worker/js/log.js';
import { loopOf } from '../../../worker/js/loop.js';
import { describe } from '../../../worker/js/outcome.js';
import { plain } from '../../../worker/js/plain.js';
import { Shortcut } from '../worth.js';

/**
 * How long kernels have the page before it has a turn, in milliseconds: half a frame where there are 120 a second, so
 * that the page has the other half.
 */
const SLICE_OF_PAGE = 4;

/** What is said when workers cannot be had. */
const REFUSALS = ['script_unavailable', 'unsupported'];

/**
 * Starts a pool that computes on the page: all that it is given, if it has or can have no workers, or what is worth
 * no trip.
 *
 * @param {PoolTerms} options
 * @param {Page} page
 * @returns {Promise<Engine>}
 * @throws {UnjankError} `bad_option`; why no worker can be started, where this is no remedy
 */
export async function open(options, page) {
  const engine = await opened(options, page);
  if (options.inline === undefined) return engine;
  try {
    engine.shortcut = new Shortcut(engine, computing(page.module, options.memoryLimitBytes));
  } catch (error) {
    // It is not worth an error.
    console.warn(`unjank: every job goes to a worker: ${describe(error)}`);
  }
  return engine;
}

/**
 * @param {PoolTerms} options
 * @param {Page} page
 */
async function opened(options, { scriptOf, makeError, started }) {
  const { glue, worker, workers } = options;
  if (glue) throw makeError('bad_option', { text: '`glue` is for workers: allow some, and neither `fallback` nor `inline`' });
  if (workers) {
    try {
      return await started(scriptOf(worker), options);
    } catch (error) {
      if (options.fallback === undefined) throw error;
      const { code, message } = /** @type {UnjankError} */ (error);
      if (!REFUSALS.includes(code)) throw error;
      console.warn(`unjank: kernels run on the page, and each holds it for as long as it takes: ${message}`);
    }
  } else if (worker) {
    throw makeError('bad_option', { text: '`worker` is for workers: leave it out, or allow 1 of them or more' });
  }
  const script = { name: 'the page', make: () => new InlineWorker(), refused: (/** @type {any} */ thrown) => thrown };
  return started(script, { ...options, workers: 0, spares: 0 });
}

/**
 * Answers requests of one task at once.
 *
 * @param {WebAssembly.Module} module
 * @param {number} memoryLimit
 * @returns {(request: Request) => Reply | undefined} undefined: there is no instance any more
 */
function computing(module, memoryLimit) {
  const { answer } = begun(module, memoryLimit, performance);
  return (request) => [...answer(request)][0];
}

/**
 * @param {WebAssembly.Module} module
 * @param {number} memoryLimit
 * @param {Clock} clock
 */
function begun(module, memoryLimit, clock) {
  const engine = plain(print);
  return loopOf(engine, engine.begin(module), memoryLimit, clock);
}

/**
 * Stands for a worker: what is posted to it is computed here, by the loop that workers run. A kernel that runs has the
 * page to itself; between two tasks the page has a turn as soon as a slice is over.
 */
export class InlineWorker extends EventTarget {
  /** It ends with its page: no lock has to tell of it. */
  tellsEnd = true;
  /** @type {((event: MessageEvent) => void) | null} */
  onmessage = null;
  onerror = null;
  #clock;
  #ports = new MessageChannel();
  /** None before it is ready, and none once it has ended. @type {Loop['answer'] | undefined} */
  #answer;
  /** Settles once all requests that have come are answered. */
  #served = Promise.resolve();
  /** When the slice is over. */
  #end = 0;
  #goOn = () => {};

  /** @param {Clock} [clock] */
  constructor(clock = performance) {
    super();
    this.#clock = clock;
    const { port1, port2 } = this.#ports;
    port1.onmessage = (event) => this.onmessage?.(event);
    port2.onmessage = ({ data }) => {
      this.#end = this.#clock.now() + SLICE_OF_PAGE;
      if (data) this.#served = this.#served.then(() => this.#serve(data));
      else this.#goOn();
    };
    port1.unref?.();
    port2.unref?.();
  }

  /**
   * @param {Start | Request} message
   * @param {ArrayBuffer[]} [transfer]
   */
  postMessage(message, transfer = []) {
    if (Array.isArray(message)) this.#ports.port1.postMessage(message, transfer);
    // As it is: not every engine sends a module through a port.
    else this.#start(message);
  }

  terminate() {
    this.#answer = undefined;
    this.#ports.port1.close();
  }

  /** @param {Start} start */
  async #start({ module, memoryLimit }) {
    try {
      await this.#turn();
      const { answer, description } = begun(/** @type {WebAssembly.Module} */ (module), memoryLimit, this.#clock);
      this.#answer = answer;
      this.#say({ unjank: 'ready', version: VERSION, description });
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Answers a request, a slice at a time.
   *
   * @param {Request} request
   */
  async #serve(request) {
    try {
      if (this.#isOver) await this.#turn();
      for (const reply of this.#answer?.(request) ?? []) {
        this.#ports.port2.postMessage(reply, reply[1]);
        if (this.#isOver) await this.#turn();
        if (!this.#answer) return;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  get #isOver() {
    return this.#clock.now() >= this.#end;
  }

  /** Settles in a turn of the event loop of its own. @returns {Promise<void>} */
  #turn() {
    return new Promise((resolve) => {
      this.#goOn = resolve;
      this.#ports.port1.postMessage(null);
    });
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#say({ unjank: 'failed', fault: faultOf(error), message: describe(error) });
  }

  /** @param {Word} word */
  #say(word) {
    this.#ports.port2.postMessage(word);
  }
}
