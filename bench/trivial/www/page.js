// @ts-check
// The least that a page does with the pool, as an application writes it for a bundler.
import init, { Pool } from './pkg/unjank.js';

await init();
const pool = await Pool.build({
  kernels: new URL('./pkg/kernels.wasm', import.meta.url),
  worker: () => new Worker(new URL('./pkg/worker.js', import.meta.url), { type: 'module' }),
});
const brighter = await pool.run('brighten', { gain: 2, offset: 1, mode: 'Plain' }, new Uint8Array([0, 1, 2, 3]));
document.body.append(String(brighter));
