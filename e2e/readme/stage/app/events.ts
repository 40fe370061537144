// What is told of a pool.
import { createPool } from 'unjank';
import { expect, noise } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./first.wasm', import.meta.url), workers: 1 });
const { signal } = new AbortController();
let told: () => void;
const all = new Promise<void>((done) => { told = done; });
const notes: string[] = [];
const note = (text: string) => {
  notes.push(text);
  if (notes.length === 2) told();
};

// from docs/src/measuring.md: const end = pool.on('worker'

await pool.run('invert', undefined, noise());
await pool.close();
await all;
expect(/^nine of ten waited at most [0-9.]+ ms$/.test(notes[0] ?? ''), 'it tells when it is idle');
expect(notes[1] === 'worker 0 is gone', 'it tells of its workers');
end();
