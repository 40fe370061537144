import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readKernels } from '../description.js';
import { cbor } from './modules.js';

/** @param {unknown[]} kernels */
const of = (kernels) => ({ abi: [1, 0], kernels });

/** @type {[string, { description?: unknown, descriptionBytes?: number[] }, RegExp][]} */
const BAD = [
  ['it is too long', { descriptionBytes: Array(65537).fill(0) }, /too long/],
  ['it is empty', { descriptionBytes: [] }, /cannot be read/],
  ['it is garbage', { descriptionBytes: [0xff, 1, 2, 3] }, /cannot be read/],
  ['it breaks off', { descriptionBytes: cbor({ abi: [1, 0], kernels: [{ name: 'x' }] }).slice(0, -1) }, /cannot be read/],
  ['something follows it', { descriptionBytes: [...cbor({ abi: [1, 0], kernels: [] }), 0] }, /cannot be read/],
  ['it is no map', { description: [1, 2] }, /cannot be read/],
  ['there are no kernels in it', { description: { abi: [1, 0] } }, /cannot be read/],
  ['there are too many', { description: of(Array.from({ length: 257 }, (_, index) => ({ name: `k${index}` }))) }, /cannot be read/],
  ['a kernel has too many inputs', { description: of([{ name: 'x', in: Array(9).fill({}) }]) }, /cannot be read/],
  ['a kernel has too many outputs', { description: of([{ name: 'x', out: Array(9).fill({}) }]) }, /cannot be read/],
  ['a kernel has no name', { description: of([{}]) }, /cannot be read/],
  ['a kernel has an empty name', { description: of([{ name: '' }]) }, /cannot be read/],
  ['a name is too long', { description: of([{ name: 'x'.repeat(256) }]) }, /cannot be read/],
  ['two kernels have one name', { description: of([{ name: 'x' }, { name: 'y' }, { name: 'x' }]) }, /two kernels called "x"/],
  ['a grain is a text', { description: of([{ name: 'x', grain: 'y' }]) }, /cannot be read/],
  ['a result takes the place of an input that is not there', { description: of([{ name: 'x', out: [{ in_place: 1 }] }]) }, /has not/],
  ['it says no version', { description: { kernels: [] } }, /cannot be read/],
  ['it is of another version', { description: { abi: [2, 0], kernels: [] } }, /version 2/],
  ['it needs an extension', { description: { ...of([]), needs: ['shared/1'] } }, /needs shared\/1/],
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
