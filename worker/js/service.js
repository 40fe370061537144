import { faultOf } from './fault.js';
import { VERSION } from './frame.js';
import { loopOf } from './loop.js';
import { describe } from './outcome.js';
import { hold } from './tether.js';

/**
 * @import { Engine } from './engine.js'
 * @import { Start, Word } from './wire.js'
 *
 * @typedef {Pick<DedicatedWorkerGlobalScope, 'postMessage' | 'close' | 'performance' | 'navigator'>
 *   & { onmessage: ((event: { data: any }) => void) | null, onmessageerror: (() => void) | null }} Scope
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
  const close = scope.close.bind(scope);
  const say = (/** @type {Word} */ word) => post(word);
  const fail = (/** @type {unknown} */ error) =>
    say({ unjank: 'failed', fault: faultOf(error), message: describe(error) });

  /** @param {Start} data */
  const start = async (data) => {
    const { memoryLimit, tether } = data;
    // Granted while the module is instantiated.
    const held = tether && hold(scope.navigator.locks, tether);
    const exports = await engine.start(data);
    const loop = loopOf(engine, exports, memoryLimit, scope.performance);
    await held;
    const hear = (/** @type {{ data: any }} */ { data }) => {
      if (!(data?.[0] instanceof Uint8Array && Array.isArray(data[1]))) return;
      const lease = data[2] && data.pop();
      try {
        if (lease) {
          import(/* @vite-ignore */ /* webpackIgnore: true */ lease.url)
            .then(({ work }) => work(scope, loop, data, lease))
            // As if nobody could help.
            .catch(() => hear({ data }));
        } else {
          for (const reply of loop.answer(data)) post(reply, reply[1]);
        }
      } catch (error) {
        fail(error);
      }
    };
    scope.onmessage = hear;
    say({ unjank: 'ready', version: VERSION, description: loop.description });
  };

  // A worker that closes itself finishes what it runs, and no event tells the page.
  scope.close = () => {
    // After the answer of the task that runs.
    queueMicrotask(() => say({ unjank: 'closing' }));
    close();
  };
  // Some engines cannot clone a module into a worker. They say so here, or send nothing.
  scope.onmessageerror = () => say({ unjank: 'unreadable' });
  scope.onmessage = ({ data }) => {
    if (data === null) say({ unjank: 'unreadable' });
    if (data?.unjank !== 'start') return;
    scope.onmessage = null;
    start(data).catch(fail);
  };
  say({ unjank: 'listening' });
}
