/** A thread that ends when it is asked for something. */

import { parentPort, workerData } from 'node:worker_threads';

// Before the worker hears of it.
parentPort?.on('message', (message) => {
  if (Array.isArray(message)) process.exit(3);
});
await import(workerData.scope);
