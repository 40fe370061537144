// Has a pool of its own, and echoes through it what it is sent.
import { createPool } from '../unjank/index.js';

self.onmessage = async ({ data }) => {
  const kernels = new URL('../pkg/kernels.wasm', import.meta.url);
  const pool = await createPool({ kernels, workers: 2 });
  const echo = await pool.run('echo', {}, data);
  const trap = await pool.run('trap', {}, new ArrayBuffer(8)).catch((error) => error.code);
  await pool.close();
  self.postMessage({ echo, trap });
};
