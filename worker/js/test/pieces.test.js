import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bytes, inverted, noise, only, ready } from './fixtures.js';
import { KERNELS } from './modules.js';
import { request } from './wire.js';

/** As a page has it for a grain of 4 bytes. */
const pieceBytes = (/** @type {number} */ stride) => Math.max(1, Math.floor((256 << 10) / (stride * 4))) * stride * 4;

/**
 * @param {import('./worker.js').Worker} worker
 * @param {Uint8Array<ArrayBuffer>} input
 * @param {number} stride
 */
function grained(worker, input, stride, offset = 0) {
  const buffer = new ArrayBuffer(input.length + offset);
  new Uint8Array(buffer).set(input, offset);
  const units = input.length / stride;
  const task = { job: 1, kernel: KERNELS.grain, inputs: [{ buffer: 0, offset, length: input.length }],
    outputs: [{ length: input.length, slot: 1 }], piece: pieceBytes(stride), window: [stride, 2 * units, units, 0, units, 0] };
  return { buffer, ...only(worker.ask(request([task], { buffers: [buffer] }))) };
}

test('a long input is given in pieces, and comes back where it was', async () => {
  const worker = await ready();
  const input = noise(1_040_000);
  const { buffer, answer, reply } = grained(worker, input, 100, 16);
  assert.equal(answer.text, '');
  assert.deepEqual(answer.outputs[0], inverted(input));
  assert.equal(answer.outputs[0]?.buffer, buffer);
  assert.deepEqual(reply?.spares, []);
});

test('pieces equal the whole, whatever their units', async () => {
  const worker = await ready();
  for (const stride of [1, 4, 48, 1000, 65_536, 131_072]) {
    const input = noise(stride * Math.ceil(600_000 / stride), stride);
    assert.deepEqual(grained(worker, input, stride).answer.outputs[0], inverted(input));
  }
});

test('each piece knows where it is in the whole', async () => {
  // Each piece is answered by its window's first unit and length, in place of the first bytes of it.
  const worker = await ready({ text: (all) => all.replace('    (i32.const 0)))', `
    (i32.store (call $address (i32.const 1)) (i32.load (i32.const ${0x200 + 24})))
    (i32.store (i32.add (call $address (i32.const 1)) (i32.const 4)) (i32.load (i32.const ${0x200 + 32})))
    (i32.const 0)))`) });
  const { answer } = grained(worker, noise(700_000), 100);
  const [{ buffer } = bytes()] = answer.outputs;
  const each = pieceBytes(100);
  for (let at = 0; at < 700_000; at += each) {
    const [start, core] = new Uint32Array(buffer, at, 2);
    assert.deepEqual([start, core], [7000 + at / 100, Math.min(each, 700_000 - at) / 100]);
  }
});

test('a piece whose result has another length breaks the module', async () => {
  const worker = await ready({ text: (all) => all.replace('    (i32.const 0)))', `
    (i32.store (i32.const ${0x424}) (i32.const 4))
    (i32.const 0)))`) });
  const { answer, reply, buffer } = grained(worker, noise(600_000), 4);
  assert.deepEqual([answer.verdict, answer.outputs], [5, []]);
  assert.deepEqual(reply?.spares, [buffer]);
});
