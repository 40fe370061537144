// An app in Rust, on a module of its own and on that of the kernels.
import { createPool } from 'unjank';
import init, { invert_in_rust } from './glue/app.js';
import { expectEqual, inverted, noise } from './lib/expect.ts';

const glue = new URL('./glue/app_bg.wasm', import.meta.url);
await init({ module_or_path: glue });
expectEqual(await invert_in_rust(noise()), inverted(noise()));

const pool = await createPool({ glue, worker: new URL('./glue/worker.js', import.meta.url) });
expectEqual(await pool.run('invert', undefined, noise()), inverted(noise()));
await pool.close();
