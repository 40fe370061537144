// Tiny jobs, which are worth no trip.
import { createPool } from 'unjank';
import { expect, expectEqual, inverted, noise } from './lib/expect.ts';

const kernels = new URL('./first.wasm', import.meta.url);

// from docs/src/small-jobs.md: const pool = await createPool({ kernels, inline: 'auto' });

const tiny = noise().subarray(0, 64);
for (let job = 0; job < 1000; job += 1) expectEqual(await pool.run('invert', undefined, tiny), inverted(tiny));
expect(pool.stats().atOnce + pool.stats().completed === 1000, 'each ran here or there');
await pool.close();
