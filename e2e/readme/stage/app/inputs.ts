// A kernel with two inputs.
import { createPool } from 'unjank';
import { expectEqual, noise } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./kernels.wasm', import.meta.url) });
const curve = Uint8Array.from({ length: 256 }, (_, byte) => Math.round(Math.sqrt(byte * 255)));
const pixels = noise();
const expected = noise().map((byte) => curve[byte] ?? 0);

// from docs/src/kernels.md: const graded = await pool.run('grade'

expectEqual(graded, expected);
const chunks = pool.mapChunks('grade', undefined, [noise(), curve.slice()], { stride: 1, chunkUnits: 5000 });
expectEqual(await chunks.gather(), expected);
await pool.close();
