// @ts-check
// Workers, a queue, one message on its way to each worker.

/**
 * @import { Contender } from '../../seam.js'
 * @typedef {{ message: any, transfer: Transferable[], settle: (answer: any) => void }} Job
 */

/**
 * Resolves when every worker has answered once.
 *
 * @param {number} count
 * @param {string} script the name of a file in `workers`
 * @returns {Promise<Contender>}
 */
export async function openRaw(count, script) {
  const url = new URL(`../../workers/${script}.js`, import.meta.url);
  const workers = Array.from({ length: count }, () => new Worker(url, { type: 'module' }));
  await Promise.all(workers.map(answered));
  const run = dispatcher(workers);
  return {
    small: (payload) => run(payload, [payload.buffer]),
    burst: (payloads) => Promise.all(payloads.map((payload) => run(payload, [payload.buffer]))),
    bytes: async (buffer) => (await run(new Uint8Array(buffer), [buffer])).buffer,
    close: () => workers.forEach((worker) => worker.terminate()),
  };
}

/** @param {Worker} worker */
export function answered(worker) {
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(undefined);
    worker.onerror = (event) => reject(new Error(event.message));
  });
}

/** @param {Worker[]} workers */
function dispatcher(workers) {
  const idle = [...workers];
  /** @type {Job[]} */
  const queue = [];
  let next = 0;
  const send = (/** @type {Worker} */ worker, /** @type {Job} */ job) => {
    worker.onmessage = ({ data }) => {
      job.settle(data);
      const waiting = queue[next];
      if (!waiting) {
        idle.push(worker);
        return;
      }
      next += 1;
      if (next === queue.length) next = queue.length = 0;
      send(worker, waiting);
    };
    worker.postMessage(job.message, job.transfer);
  };
  return (/** @type {any} */ message, /** @type {Transferable[]} */ transfer) => (
    new Promise((settle) => {
      const worker = idle.pop();
      if (worker) send(worker, { message, transfer, settle });
      else queue.push({ message, transfer, settle });
    })
  );
}
