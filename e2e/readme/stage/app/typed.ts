// Kernels from a package that knows their types.
import { expectEqual, exposed, noise } from './lib/expect.ts';

const pixels = noise();

// from docs/src/hosts.md: import { kernels } from 'photo-kernels';

expectEqual(brighter, exposed(noise(), 1.5));
// @ts-expect-error no kernel is called so
await pool.run('exposures', 1.5, noise()).catch(() => undefined);
// @ts-expect-error its parameter is a number
await pool.run('exposure', '1.5', noise()).catch(() => undefined);
await pool.close();
