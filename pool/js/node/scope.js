/**
 * What a thread runs to be a worker: it has the scope of one, and then its script.
 *
 * @typedef {object} Scope what it has of a `DedicatedWorkerGlobalScope`, beside all that is global anyway
 * @property {Scope} self
 * @property {((event: { data: unknown }) => void) | null} onmessage
 * @property {(() => void) | null} onmessageerror
 * @property {(message: unknown, transfer?: Transferable[]) => void} postMessage
 * @property {() => void} close
 */

import { exit } from 'node:process';
import { setImmediate } from 'node:timers';
import { parentPort, workerData } from 'node:worker_threads';

const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));
scope.self = scope;
scope.onmessage = null;
scope.onmessageerror = null;
scope.postMessage = parentPort.postMessage.bind(parentPort);
// After what runs, as a worker does.
scope.close = () => setImmediate(() => exit());
parentPort.on('message', (data) => {
  if (/** @type {{ unjank?: unknown } | null} */ (data)?.unjank === 'end') exit();
  scope.onmessage?.({ data });
});
parentPort.on('messageerror', () => scope.onmessageerror?.());

await import(workerData?.unjankScript ?? '../worker.js');
