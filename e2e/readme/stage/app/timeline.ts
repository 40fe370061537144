// Tasks in the browser's own timeline.
import { createPool } from 'unjank';
import { noise } from './lib/expect.ts';

const kernels = new URL('./first.wasm', import.meta.url);
const seen = new Promise<void>((done) => {
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(({ name }) => name.includes('invert'))) done();
  });
  observer.observe({ type: 'measure' });
});

// from docs/src/measuring.md: const pool = await createPool({ kernels, timeline: true });

await pool.run('invert', undefined, noise());
await seen;
await pool.close();
