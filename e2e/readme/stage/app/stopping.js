// A job that is stopped, one that is late, and a queue that is full.
import { createPool } from 'unjank';
import { expect, expectEqual, inverted, noise, rejection } from './lib/expect.ts';

const said = [];
const note = (text) => said.push(text);
const painted = new Uint8Array(noise().length);
const paint = (_, bytes) => painted.set(bytes);
const stop = {};

async function once(pool, pixels, act) {
  const running = (async () => {
    // from docs/src/stopping.md: const controller = new AbortController();
  })();
  act();
  return running;
}

const kernels = new URL('./first.wasm', import.meta.url);
const pool = await createPool({ kernels });
await once(pool, noise(), () => undefined);
expectEqual(painted, inverted(noise()));
await once(pool, noise(), () => stop.onclick());
expect(said.join() === 'stopped', `it says so, not ${said}`);
const other = await rejection(once(pool, 'no bytes', () => undefined));
expect(other.code === 'not_a_buffer', 'what is neither is thrown');
await pool.close();
await records();

async function records() {
  const pool = await createPool({ kernels: new URL('./kernels.wasm', import.meta.url), queue: 16 });
  const records = Array.from({ length: 500 }, (_, index) => Uint8Array.of(index, index >> 8));
  const hashes = [];
  const keep = (hash) => hashes.push(hash);
  const report = (error) => { throw error; };

  // from docs/src/stopping.md: for (const record of records) {

  await pool.close();
  expect(hashes.length === records.length, 'every record was accepted, and has its hash');
}
