import assert from 'node:assert/strict';
import { test } from 'node:test';

import { KERNELS, module } from '../../../worker/js/test/modules.js';
import { valuesOf } from '../values.js';
import { inverted, noise, world } from './world.js';

/** The kernels by hand, described as a typed module would. */
const DESCRIBED = /** @type {{ [name: string]: object }} */ ({
  invert: { out: [{ in_place: 0, type: 'u16' }] },
  two: { out: [{ name: 'bytes', in_place: 0 }, { name: 'words', type: 'u32', role: 'whole' }] },
  window: { in: [{ role: 'whole' }], out: [{ type: 'u32', role: 'whole' }] },
  stay: { out: [{ type: 'f64', role: 'whole' }] },
  grow: { in: [{ role: 'whole' }], out: [{ type: 'i64' }] },
  sum: { in: [{ role: 'whole' }], out: [{ type: 'u32', role: 'whole' }] },
});
const description = { abi: [1, 0], kernels: Object.keys(KERNELS).map((name) => ({ name, ...DESCRIBED[name] })) };

/** @param {object} [options] */
const typedWorld = (options) => world({ kernels: module({ description }), ...options });

/** @param {string} type @param {number} length */
const only = (type, length) => valuesOf([{ name: undefined, type, unit: 0, inPlace: -1 }], { bytes: new Uint8Array(length), others: undefined });

test('a result has the type that its kernel says, at 64 bytes and at 1 MiB', async () => {
  const { pool } = await typedWorld();
  for (const length of [64, 1 << 20]) {
    const expected = new Uint16Array(inverted(noise(length)).buffer);
    assert.deepEqual(await pool.run('invert', {}, noise(length)), expected);
    assert.deepEqual(await pool.runAll('invert', {}, [noise(length)]), [expected]);
    const { values, bytes } = await pool.runPiece('invert', {}, noise(length));
    assert.deepEqual([values, bytes], [expected, inverted(noise(length))]);
    const chunks = () => pool.mapChunks('invert', {}, noise(length), { stride: 2, chunkUnits: length / 8 });
    assert.deepEqual(await chunks().gather(), expected);
    for await (const { values, start, units } of chunks()) assert.deepEqual(values, expected.subarray(start, start + units));
  }
  assert.ok(await pool.run('stay', {}, noise(64)) instanceof Float64Array);
  await pool.close();
});

test('every type of element has its array', () => {
  for (const [type, Elements] of /** @type {[string, any][]} */ ([
    ['u8', Uint8Array], ['i8', Int8Array], ['u16', Uint16Array], ['i16', Int16Array], ['u32', Uint32Array],
    ['i32', Int32Array], ['u64', BigUint64Array], ['i64', BigInt64Array], ['f32', Float32Array], ['f64', Float64Array],
  ])) assert.deepEqual(only(type, 16), new Elements(16 / Elements.BYTES_PER_ELEMENT));
  assert.deepEqual(only('f16', 3), new Uint8Array(3), 'of a later version');
  const shifted = { bytes: new Uint8Array(17).subarray(1), others: undefined };
  assert.deepEqual(valuesOf([{ name: undefined, type: 'u64', unit: 0, inPlace: -1 }], shifted), new BigUint64Array(2));
});

test('a result of half an element is the kernel\'s fault, and costs one job', async () => {
  const { pool } = await typedWorld();
  const broken = { name: 'UnjankError', code: 'broken_kernel', message: /3 bytes of result are no whole number of u16/ };
  await assert.rejects(pool.run('invert', {}, noise(3)), broken);
  await assert.rejects(pool.run('invert', {}, noise(3), { exact: true }), broken);
  await assert.rejects(pool.runAll('invert', {}, [noise(2), noise(3)]), broken);
  const chunks = pool.mapChunks('invert', {}, noise(15), { stride: 3, chunkUnits: 1 });
  await assert.rejects(chunks.next(), broken);
  assert.deepEqual(await chunks.next(), { done: true, value: undefined });
  assert.deepEqual(await pool.run('invert', {}, noise(4)), new Uint16Array(inverted(noise(4)).buffer));
  await pool.close();
});

test('several results have their names', async () => {
  const { pool } = await typedWorld();
  for (const length of [64, 1 << 20]) {
    const { bytes, words, ...others } = /** @type {any} */ (await pool.run('two', {}, noise(length)));
    assert.deepEqual([bytes, words.length, others], [inverted(noise(length)), 2, {}]);
    const chunks = () => pool.mapChunks('two', {}, noise(length), { stride: 4, chunkUnits: length / 16 });
    await assert.rejects(chunks().gather({ into: new Uint8Array(length) }), { code: 'bad_option', message: /2 outputs/ });
    const gathered = /** @type {any} */ (await chunks().gather().catch((error) => error));
    assert.equal(gathered.code, length === 64 ? undefined : 'uneven');
    if (length === 64) assert.deepEqual(gathered.bytes, inverted(noise(length)));
  }
  await assert.rejects(pool.run('two', {}, noise(8), { into: new Uint8Array(8) }), { code: 'bad_option' });
  await pool.close();
});

test('an exact result has its buffer for itself', async () => {
  const { pool } = await world();
  const source = noise(4 << 20);
  for (const length of [64, 1 << 20, 3 << 20]) {
    // The halo goes along, and is left over in the buffer of the result.
    const window = { start: 1024, total: 1 << 22, before: 1024, after: 512 };
    const piece = () => source.slice(0, length + 1536);
    const bytes = await pool.run('halo1', {}, piece(), { window, exact: true });
    assert.deepEqual([bytes.length, bytes.buffer.byteLength], [length, length]);
    assert.deepEqual(bytes, new Uint8Array(await pool.run('halo1', {}, piece(), { window })));
  }
  await pool.close();
});

test('a result is put where its caller has room', async () => {
  const { pool } = await world();
  for (const length of [64, 1 << 20, 5 << 20]) {
    const frame = new Uint8Array(length + 100);
    const into = frame.subarray(50, length + 60);
    const result = await pool.run('invert', {}, noise(length), { into });
    assert.deepEqual([result.buffer, result.byteOffset], [frame.buffer, 50]);
    assert.deepEqual(result, inverted(noise(length)));
    const chunks = () => pool.mapChunks('invert', {}, noise(length), { stride: 1, chunkUnits: length / 4 });
    const gathered = await chunks().gather({ into: into.fill(0) });
    assert.deepEqual(gathered, inverted(noise(length)));
    assert.equal(gathered.buffer, frame.buffer);
    const short = { code: 'undeliverable', message: new RegExp(`${length} bytes, more than the 9 of`) };
    await assert.rejects(pool.run('invert', {}, noise(length), { into: new ArrayBuffer(9) }), short);
    await assert.rejects(chunks().gather({ into: new ArrayBuffer(9) }), short);
  }
  await pool.close();
});

test('what a result is to be put into may go away, and costs one job', async () => {
  const { pool } = await world();
  const into = new Uint8Array(64);
  const gone = pool.run('invert', {}, noise(64), { into });
  structuredClone(into.buffer, { transfer: [into.buffer] });
  await assert.rejects(gone, { code: 'undeliverable' });
  await assert.rejects(pool.run('invert', {}, noise(64), { into }), { code: 'detached' });
  await assert.rejects(pool.run('invert', {}, noise(64), { into: /** @type {any} */ ('here') }), {
    code: 'bad_option', message: "expected `into` to be a buffer or a view of one, got 'here' (string)",
  });
  assert.deepEqual(await pool.run('invert', {}, noise(64)), inverted(noise(64)));
  await pool.close();
});

test('a range is made of numbers alone', async () => {
  const { pool } = await typedWorld({ workers: 2 });
  const seen = [];
  for await (const { start, units, values } of pool.mapRange('window', {}, { units: 1000, chunkUnits: 300, order: 'source' })) {
    assert.deepEqual([...values.subarray(4, 10)], [1, 1000, start, 0, units, 0], 'stride, total, start, halo, core, halo');
    seen.push(start, units);
  }
  assert.deepEqual(seen, [0, 300, 300, 300, 600, 300, 900, 100]);
  assert.equal(pool.mapRange('sum', {}, { units: 1000 }).total, 63, 'of sixteen units each');
  assert.equal(pool.mapRange('sum', {}, { units: 0 }).total, 1, 'as an empty source is computed too');
  await pool.close();
});

test('a range is gathered, aborted and refused as chunks are', async () => {
  const { pool } = await typedWorld();
  const sums = await pool.mapRange('sum', {}, { units: 12, chunkUnits: 4 }).gather().catch((error) => error);
  assert.equal(sums.length, 6, 'two words for each of three');
  const controller = new AbortController();
  const aborted = pool.mapRange('sum', {}, { units: 50, signal: controller.signal }).gather();
  controller.abort();
  await assert.rejects(aborted, { code: 'cancelled' });
  const refused = (/** @type {string} */ kernel, /** @type {any} */ options, /** @type {object} */ error) =>
    assert.throws(() => pool.mapRange(kernel, {}, options), error);
  refused('invert', { units: 4 }, { code: 'bad_plan', message: /"invert" works on an input/ });
  refused('sun', { units: 4 }, { code: 'unknown_kernel', message: /did you mean `sum`/ });
  refused('sum', {}, { code: 'bad_option', message: /`units`/ });
  refused('sum', { units: 4, stride: 1 }, { code: 'bad_option', message: /`stride` isn't an option of mapRange/ });
  refused('sum', { units: 2 ** 32 - 1, chunkUnits: 1 }, { code: 'bad_plan', message: /too many/ });
  await assert.rejects(pool.mapRange('sum', {}, { units: 4 }).gatherInPlace(), { code: 'bad_option' });
  await pool.close();
});
