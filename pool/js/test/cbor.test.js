import assert from 'node:assert/strict';
import { test } from 'node:test';

import { encode } from '../cbor.js';
import { VECTORS, REFUSED } from './vectors.js';
import { secondEncoder } from './second.js';

const hex = (/** @type {unknown} */ value) => Buffer.from(encode(value)).toString('hex');

test('what RFC 8949 shows in appendix A comes out as it is there', () => {
  for (const [expected, value] of VECTORS) assert.equal(hex(value), expected);
});

test('what it shows and JavaScript has no value for comes out otherwise, or not at all', () => {
  for (const value of REFUSED) assert.throws(() => encode(value), /^Error: params: /);
});

test('a float takes the shortest form that reads back equal', () => {
  assert.equal(hex(-0), 'f98000');
  assert.equal(hex(2 ** -24), 'f90001');
  assert.equal(hex(2 ** -25), 'fa33000000');
  assert.equal(hex(1.5 * 2 ** -24), 'fa33c00000');
  assert.equal(hex(1023 * 2 ** -24), 'f903ff');
  assert.equal(hex(65504.5), 'fa477fe080');
  assert.equal(hex(0.1), 'fb3fb999999999999a');
  assert.equal(hex(Math.fround(0.1)), 'fa3dcccccd');
  assert.equal(hex(2 ** 53), 'fa5a000000');
  assert.equal(hex(2 ** 53 - 1), '1b001fffffffffffff');
  assert.equal(hex(-(2 ** 53 - 1)), '3b001ffffffffffffe');
});

test('every float of half precision has two bytes and is itself', () => {
  for (let bits = 0; bits < 0x10000; bits += 1) {
    const value = fromHalf(bits);
    if (Number.isInteger(value) && !Object.is(value, -0)) continue;
    const bytes = encode(value);
    assert.equal(bytes.length, 3);
    const again = fromHalf((/** @type {number} */ (bytes[1]) << 8) | /** @type {number} */ (bytes[2]));
    assert.ok(Object.is(again, value), String(value));
  }
});

/** @param {number} bits */
function fromHalf(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

test('bigints have 64 bits', () => {
  assert.equal(hex(2n ** 64n - 1n), '1bffffffffffffffff');
  assert.equal(hex(-(2n ** 63n)), '3b7fffffffffffffff');
  assert.equal(hex(23n), '17');
  assert.equal(hex(-1n), '20');
  for (const value of [2n ** 64n, -(2n ** 63n) - 1n]) {
    assert.throws(() => encode({ id: value }), { message: 'params.id: a bigint must fit 64 bits' });
  }
});

test('bytes are those of any view, and of no more than the view', () => {
  const { buffer } = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  assert.equal(hex(buffer), '480102030405060708');
  assert.equal(hex(new Uint8Array(buffer, 2, 3)), '43030405');
  assert.equal(hex(new DataView(buffer, 6)), '420708');
  assert.equal(hex(Float32Array.of(1)), '440000803f');
  assert.equal(hex(new BigInt64Array(0)), '40');
  assert.equal(hex(new Uint8ClampedArray([300])), '41ff');
});

test('bytes that were transferred away are refused', () => {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  assert.throws(() => encode([view]), { message: 'params[0]: its buffer was transferred away' });
  assert.throws(() => encode(view.buffer), { message: 'params: its buffer was transferred away' });
});

test('a date is its milliseconds, a map has keys of any kind', () => {
  assert.equal(hex(new Date(1000)), '1903e8');
  assert.equal(hex(new Date(NaN)), 'f97e00');
  assert.equal(hex(new Map([[1, 'a'], [2, 'b']])), 'a2016161026162');
});

test('what is undefined in an object is left out, and stays in an array', () => {
  assert.equal(hex({ a: undefined, b: null }), 'a16162f6');
  assert.equal(hex([undefined, , 1]), '83f7f701');
});

test('objects of any window are plain, those of a class are not', () => {
  assert.equal(hex(Object.create(null, { a: { value: 1, enumerable: true } })), 'a1616101');
  class Point {
    x = 1;
  }
  for (const value of [new Point(), new Set(), /x/, new Error('x'), new WeakMap(), Promise.resolve(), new Number(1)]) {
    const name = value.constructor.name;
    assert.throws(() => encode({ at: value }), {
      message: `params.at: an instance of ${name} has no form in CBOR: give a plain object`,
    });
  }
});

test('what cannot be encoded is named by its path', () => {
  const cases = /** @type {[unknown, string][]} */ ([
    [() => 1, 'params: a function has no form in CBOR'],
    [{ a: [1, Symbol('x')] }, 'params.a[1]: a symbol has no form in CBOR'],
    [{ 'a b': { 'ä': () => 1 } }, 'params["a b"].ä: a function has no form in CBOR'],
    [new Map([['k', () => 1]]), 'params.get("k"): a function has no form in CBOR'],
    [new Map([[() => 1, 1]]), 'params.keys[0]: a function has no form in CBOR'],
    [{ a: ['\ud800'] }, 'params.a[0]: text with half of a surrogate pair'],
    [{ '\udc00x': 1 }, 'params["\\udc00x"]: text with half of a surrogate pair'],
  ]);
  for (const [value, message] of cases) assert.throws(() => encode(value), { message });
});

test('whole pairs of surrogates are text', () => {
  assert.equal(hex('😀'), '64f09f9880');
});

test('a value within itself is refused, one that stands twice is not', () => {
  const shared = [1];
  assert.equal(hex([shared, shared]), '8281018101');
  /** @type {any} */
  const round = { a: {} };
  round.a.b = [round];
  assert.throws(() => encode(round), { message: 'params.a.b[0]: it is params again' });
});

test('what is too deep or too large is refused before it is copied', () => {
  const deep = (/** @type {number} */ levels) => Array.from({ length: levels }).reduce((inner) => [inner], 0);
  assert.equal(encode(deep(64)).length, 65);
  assert.throws(() => encode(deep(65)), /: more than 64 levels$/);
  assert.throws(() => encode(deep(100_000)), /: more than 64 levels$/);
  const large = new Uint8Array((16 << 20) + 1);
  assert.throws(() => encode({ large }), /^Error: params\.large: params have at most 16 MiB/);
  assert.throws(() => encode('x'.repeat(large.length)), /^Error: params: params have at most 16 MiB/);
  assert.throws(() => encode([1, new Uint8Array(16 << 20)]), /^Error: params\[1\]: params have at most 16 MiB/);
});

test('getters run once, and what they throw is thrown', () => {
  let runs = 0;
  assert.equal(hex({ get a() { return (runs += 1); } }), 'a1616101');
  assert.equal(runs, 1);
  const mine = new Error('mine');
  assert.throws(() => encode({ get a() { throw mine; } }), mine);
});

test('a second implementation writes the same bytes, and reads the same values', async (context) => {
  const second = await secondEncoder();
  if (!second) return context.skip('cbor2 is not installed');
  const seed = Number(process.env['UNJANK_SEED'] ?? Date.now() % 2 ** 31);
  context.diagnostic(`UNJANK_SEED=${seed}`);
  const random = generator(seed);
  for (let round = 0; round < 500; round += 1) {
    const value = anything(random, 0);
    const bytes = encode(value);
    assert.equal(Buffer.from(bytes).toString('hex'), Buffer.from(second.encode(value)).toString('hex'));
    assert.deepEqual(second.decode(bytes), value);
  }
});

/** @param {number} seed */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * @param {() => number} random
 * @param {number} depth
 * @returns {unknown}
 */
function anything(random, depth) {
  const below = (/** @type {number} */ count) => Math.floor(random() * count);
  const text = () => Array.from({ length: below(30) }, () => ['a', 'ä', '€', '😀'][below(4)]).join('');
  const makers = [
    () => below(2) === 0,
    () => null,
    text,
    () => below(2 ** below(32)) * (below(2) ? 1 : -1) || 0,
    () => Math.floor(random() * 2 ** 53),
    () => random(),
    () => Math.fround(random() * 100),
    () => below(4096) / 1024,
    () => [NaN, Infinity, -Infinity, -0][below(4)],
    () => Array.from({ length: below(5) }, () => anything(random, depth + 1)),
    () => Object.fromEntries(Array.from({ length: below(5) }, () => [`k${text()}`, anything(random, depth + 1)])),
  ];
  const maker = /** @type {() => unknown} */ (makers[below(depth > 4 ? 9 : makers.length)]);
  return maker();
}
