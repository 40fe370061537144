// Many small payloads with one call: more than the queue takes.
import { createPool } from 'unjank';
import { expectEqual } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./kernels.wasm', import.meta.url), queue: 16 });
const records = Array.from({ length: 500 }, (_, index) => Uint8Array.of(index, index >> 8));

// from docs/src/small-jobs.md: const hashes = await pool.runAll('hash'

const expected = Array.from({ length: 500 }, (_, index) =>
  [index & 255, index >> 8].reduce((hash, byte) => Math.imul(hash ^ byte, 16777619) >>> 0, 2166136261));
const numbers = hashes.map(({ buffer, byteOffset }) => new DataView(buffer).getUint32(byteOffset, true));
expectEqual(numbers, expected);
await pool.close();
