// The first kernel's page.
import { expect, expectEqual, inverted, noise } from './lib/expect.ts';

const pixels = noise();

// from docs/src/first-kernel.md: import { createPool } from 'unjank';

expectEqual(negative, inverted(noise()));
expect(pixels.byteLength === 0, 'the picture was given away');
const smaller = await createPool({ kernels: new URL('./smaller.wasm', import.meta.url) });
expectEqual(await smaller.run('invert', undefined, noise()), inverted(noise()));
await Promise.all([pool.close(), smaller.close()]);
