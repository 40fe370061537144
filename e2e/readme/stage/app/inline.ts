// A pool where workers may not be had: here they can.
import { createPool } from 'unjank';
import { expect, expectEqual, inverted, noise } from './lib/expect.ts';

const kernels = new URL('./first.wasm', import.meta.url);

// from docs/src/hosts.md: const pool = await createPool({ kernels, fallback: 'inline' });

expect(!pool.stats().inline, 'workers are had');
expectEqual(await pool.run('invert', undefined, noise()), inverted(noise()));
await pool.close();

const here = await createPool({ kernels, workers: 0 });
expect(here.stats().inline, 'the page is the one worker');
expectEqual(await here.run('invert', undefined, noise()), inverted(noise()));
await here.close();
