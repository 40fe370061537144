// The same module on the page itself.
import { expect, expectEqual, inverted, noise, width } from './lib/expect.ts';

const pixels = noise();

// from docs/src/hosts.md: import { instantiate } from 'unjank/alone.js';

expectEqual(negative, inverted(noise()));
expect(halo === 0, 'a kernel of pixels has no halo');
