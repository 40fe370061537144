import { Broken } from './broken.js';
import { VERSION } from './frame.js';
import { Loop } from './loop.js';
import { Runner } from './runner.js';
import { Stopwatch } from './stopwatch.js';
import { hold } from './tether.js';
import { describe } from './thrown.js';

/**
 * @import { Engine } from './engine.js'
 * @import { Request, Start, Word } from './wire.js'
 *
 * @typedef {Pick<DedicatedWorkerGlobalScope, 'postMessage' | 'close' | 'performance' | 'navigator'>
 *   & { onmessage: ((event: MessageEvent) => void) | null, onmessageerror: (() => void) | null }} Scope
 */

/**
 * Serves a page: says that it listens, starts when it is told to, and then answers requests.
 *
 * It owns `onmessage`. Messages that are none of its own are left alone.
 *
 * @param {Engine} engine
 * @param {Scope} [scope]
 */
export function listen(engine, scope = /** @type {any} */ (self)) {
  // Taken before any kernel can put something else in its place.
  const post = scope.postMessage.bind(scope);
  const say = (/** @type {Word} */ word) => post(word);
  tellOfClosing(scope, say);
  // Some engines cannot clone a module into a worker. They say so here, or send nothing.
  scope.onmessageerror = () => say({ unjank: 'unreadable' });
  scope.onmessage = ({ data }) => {
    if (data === null) say({ unjank: 'unreadable' });
    if (data?.unjank !== 'start') return;
    scope.onmessage = null;
    start(engine, scope, post, data).catch((error) =>
      say({ unjank: 'failed', fault: faultOf(error), message: describe(error) }));
  };
  say({ unjank: 'listening' });
}

/**
 * @param {Engine} engine
 * @param {Scope} scope
 * @param {Scope['postMessage']} post
 * @param {Start} options
 */
async function start(engine, scope, post, { module, url, memoryLimit, tether }) {
  // Granted while the module is instantiated.
  const held = tether && hold(scope.navigator.locks, tether);
  const clock = scope.performance;
  const watch = new Stopwatch(() => clock.now());
  const runner = new Runner(engine, await engine.start({ module, url }), watch);
  await held;
  const loop = new Loop({
    runner,
    watch,
    memoryLimit,
    origin: clock.timeOrigin,
    post: (reply) => post(reply, reply[1]),
  });
  scope.onmessage = ({ data }) => {
    if (isRequest(data) && !loop.answer(data)) scope.onmessage = null;
  };
  post({ unjank: 'ready', version: VERSION, description: runner.description });
}

/**
 * @param {unknown} data
 * @returns {data is Request}
 */
function isRequest(data) {
  return Array.isArray(data) && data[0] instanceof Uint8Array && Array.isArray(data[1]);
}

/**
 * Whether a failed start is the module's, so that it fails wherever it is tried.
 *
 * @param {unknown} error
 */
function faultOf(error) {
  const { CompileError, LinkError, RuntimeError } = WebAssembly;
  const isModule = [Broken, CompileError, LinkError, RuntimeError].some((kind) => error instanceof kind);
  return isModule ? 'module' : 'worker';
}

/**
 * A worker that closes itself finishes what it runs, and no event tells the page.
 *
 * @param {Scope} scope
 * @param {(word: Word) => void} say
 */
function tellOfClosing(scope, say) {
  const close = scope.close.bind(scope);
  scope.close = () => {
    // After the answer of the task that runs.
    queueMicrotask(() => say({ unjank: 'closing' }));
    close();
  };
}
