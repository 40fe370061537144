// What the package says of itself on npm.
import { expectEqual, exposed, noise, width } from './lib/expect.ts';

const pixels = noise();
const image = noise();
const painted = new Uint8Array(image.length);
const paint = (row: number, bytes: Uint8Array) => painted.set(bytes, row * width * 4);

// from pool/js/README.md: import { createPool } from 'unjank';

expectEqual(brighter, exposed(image, 1.5));
expectEqual(painted, exposed(image, 0.5));
