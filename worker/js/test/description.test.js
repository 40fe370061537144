import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readKernels } from '../description.js';
import { cbor } from './modules.js';

/** @type {[string, { description?: unknown, descriptionBytes?: number[] }, RegExp][]} */
const BAD = [
  ['it is too long', { descriptionBytes: Array(65537).fill(0) }, /too long/],
  ['it is empty', { descriptionBytes: [] }, /cannot be read/],
  ['it is garbage', { descriptionBytes: [0xff, 1, 2, 3] }, /cannot be read/],
  ['it breaks off', { descriptionBytes: cbor({ kernels: [{ name: 'x' }] }).slice(0, -1) }, /cannot be read/],
  ['something follows it', { descriptionBytes: [...cbor({ kernels: [] }), 0] }, /cannot be read/],
  ['it is no map', { description: [1, 2] }, /cannot be read/],
  ['there are no kernels in it', { description: { abi: [1, 0] } }, /cannot be read/],
  ['there are too many', { description: { kernels: Array(257).fill({ name: 'x' }) } }, /cannot be read/],
  ['a kernel has no name', { description: { kernels: [{}] } }, /cannot be read/],
  ['a grain is a text', { description: { kernels: [{ name: 'x', grain: 'y' }] } }, /cannot be read/],
  ['a key comes twice', { descriptionBytes: [0xa2, ...cbor('kernels'), 0x80, ...cbor('kernels'), 0x80] }, /cannot be read/],
  ['it has lists of four billion', { descriptionBytes: [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] }, /cannot be read/],
  ['it is too deep', { descriptionBytes: Array(60_000).fill(0x81) }, /cannot be read/],
  ['its text is no UTF-8', { descriptionBytes: [0xa1, 0x61, 0xff, 0x00] }, /./],
];

for (const [fault, { description, descriptionBytes }, message] of BAD) {
  test(`a description is refused when ${fault}`, () => {
    assert.throws(() => readKernels(Uint8Array.from(descriptionBytes ?? cbor(description))), message);
  });
}
