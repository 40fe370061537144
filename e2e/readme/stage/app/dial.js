// A dial that moves faster than pictures are made.
import { createPool } from 'unjank';
import { expect, expectEqual, exposed, noise, width } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./kernels.wasm', import.meta.url), workers: 2 });
const stride = width * 4;
const data = await pool.load(noise(), { stride });
const painted = new Uint8Array(noise().length);
let firstRows = 0;
const paint = (row, bytes) => {
  firstRows += Number(row === 0);
  painted.set(bytes, row * stride);
};

// from docs/src/resident.md: let wanted = null;

const values = Array.from({ length: 200 }, (_, step) => step / 100);
await Promise.all(values.map((value) => follow(value)));
expectEqual(painted, exposed(noise(), values.at(-1)));
expect(firstRows === 2, 'the first and the last are made');
await follow(0.5);
expectEqual(painted, exposed(noise(), 0.5));
await pool.close();
