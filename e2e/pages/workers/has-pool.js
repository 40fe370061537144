// Has a pool of its own, and echoes through it what it is sent.
import init, { Pool } from '../pkg/unjank.js';

self.onmessage = async ({ data }) => {
  await init();
  const kernels = new URL('../pkg/kernels.wasm', import.meta.url);
  const pool = await Pool.build({ kernels, workers: 2 });
  const echo = await pool.run('echo', {}, data);
  const trap = await pool.run('trap', {}, new ArrayBuffer(8)).catch((error) => error.code);
  await pool.close();
  self.postMessage({ echo, trap });
};
