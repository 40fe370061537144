import assert from 'node:assert/strict';
import { test } from 'node:test';

import { instantiate } from '../alone.js';
import { bytes, inverted, noise } from './fixtures.js';
import { cbor, module } from './modules.js';

/**
 * @param {() => unknown} work
 * @param {string} code
 * @param {object} [more]
 */
const refuses = (work, code, more = {}) => assert.throws(work, (/** @type {any} */ error) => {
  assert.deepEqual([error.name, error.code], ['UnjankError', code]);
  for (const [key, value] of Object.entries(more)) assert.equal(error[key], value);
  return error instanceof Error;
});

test('a kernel runs over a long source, chunk after chunk', () => {
  const source = noise(3_500_000);
  const alone = instantiate(module());
  assert.deepEqual(alone.run('grain', {}, source, 100), inverted(source));
  assert.deepEqual(alone.run('invert', {}, bytes(), 1), bytes());
});

test('results that are longer than the source are all there', () => {
  const text = new TextEncoder().encode('too blue');
  assert.deepEqual(instantiate(module()).run('stay', {}, bytes(1, 2), 1), text);
});

test('the halo is the described one, or asked for', () => {
  const kernels = [{ name: 'fixed', halo: [2, 3] }, { name: 'asked', halo: null }];
  const plan = (/** @type {string} */ code) => (/** @type {string} */ all) => all.replace('(func $panic', `
    (func (export "unjank_plan") (result i32) ${code})
    (func $panic`);
  const good = instantiate(module({ description: { abi: [1, 0], kernels }, text: plan(`
    (i32.store (i32.const 0x780) (i32.const 32))
    (i32.store (i32.const 0x784) (i32.load8_u (i32.const ${0x10000})))
    (i32.store (i32.const 0x788) (i32.const 1))
    (i32.const 0)`) }));
  assert.equal(good.halo('fixed', null), 3);
  assert.equal(good.halo('asked', 9), 9);
  const bad = instantiate(module({ description: { abi: [1, 0], kernels }, text: plan(`
    (i32.store (i32.const 0x400) (i32.const 0)) (i32.const 1)`) }));
  refuses(() => bad.halo('asked', 9), 'bad_params', { message: 'status 1' });
  const silent = instantiate(module({ description: { abi: [1, 0], kernels } }));
  refuses(() => silent.halo('asked', 9), 'broken_kernel');
});

test('chunks have their halo, and are cut as a pool cuts them', () => {
  // Each chunk answers with its window.
  const alone = instantiate(module({
    description: { abi: [1, 0], kernels: [{ name: 'window', halo: [2, 2], out: [{ role: 'whole' }] }] },
    text: (all) => all.replace('(i32.eq (local.get $kernel) (i32.const 8))', '(i32.const 1)')
      .replace('(i32.const 512) (i32.const 96)', '(i32.const 528) (i32.const 24)')
      // Slots of a MiB and a half.
      .replaceAll('1048576', '1572864'),
  }));
  const windows = new Uint32Array(alone.run('window', {}, noise(25 * 100_000), 100_000).slice().buffer);
  assert.deepEqual([...windows], [
    100_000, 25, 0, 0, 10, 2,
    100_000, 25, 10, 2, 10, 2,
    100_000, 25, 20, 2, 5, 0,
  ]);
});

test('each fault has its code, and a trap costs nothing but its call', () => {
  const alone = instantiate(module());
  const run = (/** @type {string} */ kernel, /** @type {unknown} */ params = {}, stride = 1) => () =>
    alone.run(kernel, params, bytes(3, 0, 0), stride);
  refuses(run('missing'), 'unknown_kernel', { message: 'no kernel is called "missing"' });
  refuses(run('invert', () => 1), 'bad_params', { message: 'params: a function has no form in CBOR' });
  refuses(run('invert', {}, 2), 'bad_plan');
  refuses(run('invert', {}, 0), 'bad_plan');
  refuses(run('invert', {}, NaN), 'bad_plan');
  refuses(run('fail'), 'kernel', { message: 'too blue', kernelCode: 77 });
  refuses(() => alone.run('fail', {}, bytes(1), 1), 'bad_params', { message: 'too blue' });
  refuses(run('panic'), 'panicked', { message: 'too blue', location: 'too blue:7:9' });
  refuses(run('trap'), 'panicked', { location: undefined });
  refuses(run('overflow'), 'panicked');
  assert.deepEqual(run('invert')(), bytes(252, 255, 255));
});

test('a module that breaks the interface is told of, at once or at the call', () => {
  assert.throws(() => instantiate(module({ descriptionBytes: cbor(7) })), /cannot be read/);
  for (const [from, to, message] of /** @type {[string, string, RegExp][]} */ ([
    ['(memory (export "memory") 64)', '(memory 64)', /no `memory`/],
    ['"unjank_reserve"', '"reserve"', /no function `unjank_reserve`/],
    ['(memory (export', '(import "env" "puts" (func))\n (memory (export', /`env.puts`/],
    ['(func $panic', '(func (export "_start"))\n (func $panic', /a command/],
  ])) {
    assert.throws(() => instantiate(module({ text: (all) => all.replace(from, to) })), message);
  }
  const broken = instantiate(module({ text: (all) => all.replace('    (i32.const 0)))', '    (i32.const 999)))') }));
  refuses(() => broken.run('invert', {}, bytes(1), 1), 'broken_kernel', { message: 'there is no status 999' });
});
