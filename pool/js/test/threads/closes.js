/** A thread that closes itself, as a worker does, when it is asked for something. */

import { parentPort, workerData } from 'node:worker_threads';

parentPort?.on('message', (message) => {
  if (Array.isArray(message)) self.close();
});
await import(workerData.scope);
