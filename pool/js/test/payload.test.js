import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';

import { bytesOf, isDetached, isWhole } from '../payload.js';

/** Another realm, as a frame of the page is. */
const frame = createContext({});
const foreign = (/** @type {string} */ code) => runInContext(code, frame);

/** @param {ArrayBufferLike} buffer */
function transfer(buffer) {
  structuredClone(buffer, { transfer: [/** @type {ArrayBuffer} */ (buffer)] });
  return buffer;
}

/**
 * @param {unknown} value
 * @param {string} code
 */
function refuses(value, code) {
  assert.throws(() => bytesOf(/** @type {any} */ (value)), (/** @type {any} */ error) => {
    assert.equal(error.name, 'UnjankError');
    assert.equal(error.code, code, error.message);
    return true;
  });
}

test('a plain Uint8Array is given back as it is', () => {
  const view = new Uint8Array(8);
  for (const plain of [view, view.subarray(2, 5), view.subarray(4, 4), new Uint8Array(0)]) {
    assert.equal(bytesOf(plain), plain);
  }
});

test('the bytes of any other view are those of the view', () => {
  class Mine extends Uint8Array {
    /** @override */
    subarray() {
      return new Mine(0);
    }
  }
  const buffer = Uint8Array.from({ length: 32 }, (_, index) => index).buffer;
  const views = [
    new Float32Array(buffer, 8, 2), new DataView(buffer, 8, 8), new Uint8ClampedArray(buffer, 8, 8),
    new BigInt64Array(buffer, 8, 1), new Mine(buffer, 8, 8), Buffer.from(buffer, 8, 8),
  ];
  for (const view of views) {
    const bytes = bytesOf(view);
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    assert.equal(bytes.buffer, buffer);
    assert.deepEqual([...bytes], [8, 9, 10, 11, 12, 13, 14, 15]);
  }
});

test('a buffer gives all of its bytes', () => {
  const buffer = new ArrayBuffer(8);
  assert.equal(bytesOf(buffer).buffer, buffer);
  assert.equal(bytesOf(buffer).length, 8);
  assert.equal(bytesOf(new ArrayBuffer(0)).length, 0);
});

test('what comes from another frame counts as what it is', () => {
  const view = 'new Uint8Array([1, 2, 3])';
  for (const code of [view, `${view}.buffer`, `new DataView(${view}.buffer)`]) {
    const bytes = bytesOf(foreign(code));
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    assert.deepEqual([...bytes], [1, 2, 3]);
  }
  refuses(foreign('new SharedArrayBuffer(8)'), 'shared_buffer');
  refuses(foreign('new ArrayBuffer(8, { maxByteLength: 16 })'), 'resizable_buffer');
  refuses(foreign('({})'), 'not_a_buffer');
});

test('what is no buffer is refused, whatever it looks like', () => {
  const lookalikes = [
    { byteLength: 8, [Symbol.toStringTag]: 'ArrayBuffer' }, Object.create(ArrayBuffer.prototype),
    { buffer: new ArrayBuffer(8), byteOffset: 0, byteLength: 8 }, Object.create(Uint8Array.prototype),
  ];
  for (const thing of ['text', 7, null, undefined, {}, [1, 2, 3], new Blob(['text']), () => 1, ...lookalikes]) {
    refuses(thing, 'not_a_buffer');
  }
  const message = /an ArrayBuffer, a view of one or an ImageData, got 'text' \(string\)$/;
  assert.throws(() => bytesOf(/** @type {any} */ ('text')), { message });
});

test('a shared buffer is refused', () => {
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  for (const shared of [buffer, new Uint8Array(buffer), new DataView(buffer), new SharedArrayBuffer(0)]) {
    refuses(shared, 'shared_buffer');
  }
});

test('a resizable buffer is refused', () => {
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  const empty = new ArrayBuffer(0, { maxByteLength: 8 });
  for (const value of [buffer, new Uint8Array(buffer), new Uint8Array(buffer, 0, 4), empty]) {
    refuses(value, 'resizable_buffer');
  }
});

/** @param {() => void} act as in an engine that does not know `detached` */
function withoutDetached(act) {
  const detached = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'detached');
  Reflect.deleteProperty(ArrayBuffer.prototype, 'detached');
  try {
    act();
  } finally {
    if (detached) Object.defineProperty(ArrayBuffer.prototype, 'detached', detached);
  }
}

/** What becomes of payloads whose bytes are gone. */
function goneIsRefused() {
  const view = new Uint8Array(8);
  const part = view.subarray(2, 4);
  assert.equal(isDetached(view), false);
  transfer(view.buffer);
  const others = [transfer(new ArrayBuffer(0)), transfer(new ArrayBuffer(8, { maxByteLength: 16 }))];
  for (const gone of [view, part, view.buffer, ...others]) {
    refuses(gone, 'detached');
  }
  const floats = new Float32Array(8);
  const data = new DataView(floats.buffer);
  transfer(floats.buffer);
  refuses(floats, 'detached');
  refuses(data, 'detached');
  assert.equal(isDetached(view), true);
  assert.equal(isDetached(part), true);
}

test('a detached buffer is refused', goneIsRefused);

test('so it is in engines that do not say what is detached', () => {
  withoutDetached(goneIsRefused);
  withoutDetached(() => {
    assert.equal(isDetached(new Uint8Array(0)), false);
    assert.equal(bytesOf(new ArrayBuffer(0)).length, 0);
  });
});

test('nothing is whole and not detached', () => {
  const nothing = bytesOf(new ArrayBuffer(0));
  assert.equal(isDetached(nothing), false);
  assert.equal(isWhole(nothing), true);
  assert.equal(isDetached(new Uint8Array(8).subarray(4, 4)), false);
});

test('a view is whole if its buffer has no other bytes', () => {
  const whole = new Uint8Array(8);
  assert.equal(isWhole(whole), true);
  assert.equal(isWhole(whole.subarray(1)), false);
  assert.equal(isWhole(whole.subarray(0, 4)), false);
  assert.equal(isWhole(whole.subarray(4, 4)), false);
  const pooled = bytesOf(Buffer.from('text'));
  assert.equal(isWhole(pooled), pooled.buffer.byteLength === 4);
});

test('4 GiB are too many', () => {
  for (const view of [new Uint8Array(1), new DataView(new ArrayBuffer(1))]) {
    refuses(Object.defineProperty(view, 'byteLength', { value: 2 ** 32 }), 'payload_too_large');
  }
});

test('a part of what is too large is not', (context) => {
  let large;
  try {
    // Address space alone: nobody writes to it.
    large = new ArrayBuffer(2 ** 32);
  } catch {
    return context.skip('there is no such buffer here');
  }
  refuses(large, 'payload_too_large');
  const most = bytesOf(new Uint8Array(large, 1));
  assert.equal(most.length, 2 ** 32 - 1);
  assert.equal(isWhole(most), false);
  assert.equal(isWhole(bytesOf(new Uint8Array(large, 0, 0))), false);
});
