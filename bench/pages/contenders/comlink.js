// @ts-check
// Comlink has no pool: its workers take turns, as its users have them.
import * as Comlink from '../vendor/comlink/comlink.min.mjs';

/** @import { About, Contender } from '../seam.js' */

/** @type {About} */
export const about = {
  name: 'comlink',
  version: '4.4.2',
  cannot: {
    blur: 'has no filters: it calls what its user brings',
    sobel: 'has no filters: it calls what its user brings',
  },
};

const SCRIPT = new URL('../workers/comlink.js', import.meta.url);

/**
 * @param {{ workers: number }} options
 * @returns {Promise<Contender>}
 */
export async function open({ workers: count }) {
  const workers = Array.from({ length: count }, () => new Worker(SCRIPT, { type: 'module' }));
  const remotes = workers.map((worker) => /** @type {any} */ (Comlink.wrap(worker)));
  await Promise.all(remotes.map((remote) => remote.stamp(new Uint8Array(1))));
  let turn = 0;
  const run = (/** @type {Uint8Array<ArrayBuffer>} */ payload) => {
    turn = (turn + 1) % count;
    return remotes[turn].stamp(Comlink.transfer(payload, [payload.buffer]));
  };
  return {
    small: run,
    burst: (payloads) => Promise.all(payloads.map(run)),
    bytes: async (buffer) => (await run(new Uint8Array(buffer))).buffer,
    close: () => workers.forEach((worker) => worker.terminate()),
  };
}
