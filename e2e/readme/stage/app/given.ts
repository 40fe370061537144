// A picture that is given away, and all workers at work on it.
import { createPool } from 'unjank';
import { expectEqual, inverted, noise, width } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./first.wasm', import.meta.url) });
const photo = noise();

// from docs/src/calls.md: const whole = await pool.run('invert'

expectEqual(whole, inverted(noise()));
expectEqual(photo, []);
await pool.close();
