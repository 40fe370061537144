// @ts-check
// The least that a page does with the pool, as an application writes it for a bundler.
import { createPool } from './unjank/index.js';

const pool = await createPool({ kernels: new URL('./pkg/kernels.wasm', import.meta.url) });
const brighter = await pool.run('brighten', { gain: 2, offset: 1, mode: 'Plain' }, new Uint8Array([0, 1, 2, 3]));
document.body.append(String(brighter));
