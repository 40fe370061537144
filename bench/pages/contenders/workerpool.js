// @ts-check
import '../vendor/workerpool/workerpool.min.js';

/** @import { About, Contender } from '../seam.js' */

/** @type {About} */
export const about = {
  name: 'workerpool',
  version: '10.0.3',
  cannot: {
    blur: 'has no filters: it calls what its user brings',
    sobel: 'has no filters: it calls what its user brings',
  },
};

const { workerpool } = /** @type {any} */ (globalThis);
const SCRIPT = new URL('../workers/workerpool.js', import.meta.url).href;

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers }) {
  const pool = workerpool.pool(SCRIPT, {
    minWorkers: workers, maxWorkers: workers, workerType: 'web',
  });
  const run = (/** @type {Uint8Array<ArrayBuffer>} */ payload) => (
    pool.exec('stamp', [payload], { transfer: [payload.buffer] })
  );
  await Promise.all(Array.from({ length: workers }, () => run(new Uint8Array(1))));
  return {
    small: run,
    burst: (payloads) => Promise.all(payloads.map(run)),
    bytes: async (buffer) => (await run(new Uint8Array(buffer))).buffer,
    close: () => pool.terminate(true),
  };
}
