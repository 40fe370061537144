// Kernels by their address.
import { expectEqual, inverted, noise } from './lib/expect.ts';

const pixels = noise();
const { signal } = new AbortController();

// from docs/src/hosts.md: import { createPool } from 'unjank';

expectEqual(negative, inverted(noise()));
await pool.close();
