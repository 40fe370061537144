import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';

import {
  answered, ended, expected, inspected, makeError, poolFailed, refused, said, UnjankError,
} from '../errors.js';

const payload = new Uint8Array(16 << 20);

test('an error is told by its code, and says what it is', () => {
  const cause = new TypeError('no');
  const error = new UnjankError('kernel', 'so it is', { cause, payload, kernelCode: 7 });
  assert.ok(error instanceof Error && error instanceof UnjankError);
  assert.equal(String(error), 'UnjankError: so it is');
  assert.match(error.stack ?? '', /^UnjankError: so it is\n/);
  assert.equal(Object.prototype.toString.call(error), '[object Error]');
  assert.equal(error.code, 'kernel');
  assert.equal(error.cause, cause);
  assert.equal(error.payload, payload);
  assert.equal(error.kernelCode, 7);
});

test('an error has only what it was given', () => {
  const error = new UnjankError('closed', 'it is');
  assert.deepEqual(Object.keys(error), ['code']);
  assert.ok(!Object.hasOwn(error, 'cause'));
  assert.equal(error.payload, undefined);
});

test('whoever prints, copies or stringifies an error does so without its payload', () => {
  const error = new UnjankError('panicked', 'it did', { payload, location: 'a.rs:1:2', attempts: 2 });
  assert.equal(
    JSON.stringify(error),
    '{"name":"UnjankError","code":"panicked","message":"it did","location":"a.rs:1:2","attempts":2}',
  );
  assert.doesNotMatch(inspect(error), /payload|Uint8Array/);
  assert.doesNotMatch(inspect(error, { showHidden: true }), /Uint8Array/);
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const copy = structuredClone(error);
  assert.equal(copy.message, 'it did');
  assert.ok(!('payload' in copy));
  assert.ok(!('payload' in { ...error }));
  const after = process.memoryUsage();
  assert.ok(after.heapUsed + after.arrayBuffers < heapUsed + arrayBuffers + (8 << 20));
});

test('an error that was made far from the payload gives it back later', () => {
  const error = makeError('closed');
  error.payload = payload;
  assert.equal(error.payload, payload);
  assert.deepEqual(Object.keys(error), ['code']);
});

test('blanks are filled once, with what was given', () => {
  const error = makeError('unknown_kernel', { name: '{text} $& $1', text: 'look' });
  assert.equal(error.message, 'no kernel is called "{text} $& $1": look');
});

test('each refusal of the core has a code and what it is about', () => {
  const about = { length: 10, stride: 3, window: { start: 5, total: 100, before: 4, after: 3 } };
  /** @type {[number, string, RegExp][]} */
  const refusals = [
    [1, 'queue_full', /queue is full/],
    [2, 'closed', /closed/],
    [4, 'bad_plan', /at least 1/],
    [5, 'bad_plan', /10 bytes.*units of 3 bytes.*stride/],
    [6, 'bad_plan', /chunks.*longer/],
    [7, 'payload_too_large', /4 GiB/],
    [8, 'bad_plan', /halos of 4 and 3.*8 units.*check the window/],
    [9, 'bad_plan', /8 units with 4 of them before unit 5.*whole of 100.*check the window/],
    [10, 'payload_too_large', /8 bytes.*chunks/],
  ];
  for (const [reason, code, message] of refusals) {
    const error = refused(reason, 8, about);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /[{}]|undefined/);
  }
});

test('a pool without workers fails with the code of what went wrong', () => {
  const cause = makeError('bad_kernels', { text: 'it is empty' });
  for (const error of [refused(3, 0, { cause }), poolFailed(cause), ended(5, { cause })]) {
    assert.equal(error.code, 'bad_kernels');
    assert.equal(error.message, 'the pool has no worker: the kernel module cannot be used: it is empty');
    assert.equal(error.cause, cause);
  }
});

test('a job that ended without a result says how', () => {
  const reason = new DOMException('late', 'TimeoutError');
  const cancelled = ended(2, { cause: reason });
  assert.deepEqual([cancelled.code, cancelled.cause], ['cancelled', reason]);
  assert.ok(!Object.hasOwn(ended(2), 'cause'));
  assert.equal(ended(3).code, 'deadline_exceeded');
  const cause = makeError('init_failed', { text: 'the page terminated it' });
  const once = ended(4, { cause, attempts: 1 });
  assert.deepEqual([once.code, once.attempts, once.cause], ['worker_lost', 1, cause]);
  assert.equal(once.message, 'the job lost its worker: the page terminated it');
  const often = ended(4, { cause: makeError('start_timed_out'), attempts: 3 });
  assert.match(often.message, /^the job lost 3 workers, the last one so: no worker answered in time/);
});

test('what a worker answered has its code and its words', () => {
  const kernel = answered(1, 42, 'too small', '');
  assert.deepEqual([kernel.code, kernel.kernelCode, kernel.message], ['kernel', 42, 'kernel error 42: too small']);
  assert.deepEqual([answered(1, 0, '', '').kernelCode, answered(5, 0, '', '').kernelCode], [0, undefined]);
  assert.equal(answered(2, 0, 'no sigma', '').message, 'bad parameters: no sigma');
  const panic = answered(3, 0, 'lost its head', 'a.rs:1:2');
  assert.deepEqual([panic.code, panic.location], ['panicked', 'a.rs:1:2']);
  assert.equal(panic.message, 'the kernel panicked at a.rs:1:2: lost its head');
  const trap = answered(3, 0, 'unreachable', '');
  assert.deepEqual([trap.code, trap.location], ['panicked', undefined]);
  assert.equal(trap.message, 'the kernel trapped: unreachable');
  assert.equal(answered(4, 0, 'no buffer 3', '').code, 'undeliverable');
  assert.equal(answered(5, 0, 'no result', '').code, 'broken_kernel');
  assert.equal(answered(9, 0, 'a verdict of tomorrow', '').code, 'broken_kernel');
});

test('a value that was not expected is shown with its type', () => {
  assert.equal(expected('a', 'big', '2').message, "expected `a` to be big, got '2' (string)");
  const shown = [
    [null, 'null'], [undefined, 'undefined'], [NaN, 'NaN (number)'], [5n, '5 (bigint)'],
    [Symbol('s'), 'Symbol(s) (symbol)'], [[1], 'Array (object)'], [Object.create(null), 'Object (object)'],
    [new AbortController(), 'AbortController (object)'], [class A {}, 'Function (function)'],
    ['x'.repeat(1e6), `'${'x'.repeat(60)}' (string)`],
  ];
  for (const [value, text] of shown) assert.equal(inspected(value), text);
});

test('anything thrown says something', () => {
  assert.equal(said(new TypeError('no')), 'TypeError: no');
  assert.equal(said(new DOMException('no', 'DataCloneError')), 'DataCloneError: no');
  assert.equal(said(new Error('no')), 'no');
  assert.equal(said('no'), 'no');
  for (const thrown of [undefined, null, 7, {}, Object.create(null)]) assert.equal(said(thrown), inspected(thrown));
});
