// @ts-check
// A page in a sandbox has no origin, and no worker: it tells the page around it what its pool came to.
import { bytes } from './expect.js';
import { createPool } from './unjank/index.js';

const kernels = new URL('./pkg/kernels.wasm', import.meta.url).href;

async function told() {
  const refused = await createPool({ kernels, workers: 1 }).then(() => undefined, ({ code, message }) => ({ code, message }));
  const pool = await createPool({ kernels, workers: 1, fallback: 'inline' });
  const echo = await pool.run('echo', {}, bytes(1 << 20));
  return { refused, inline: pool.stats().inline, echo };
}

told().catch((error) => ({ failed: String(error) })).then((end) => parent.postMessage(end, '*'));
