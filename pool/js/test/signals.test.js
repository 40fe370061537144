import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { attend, check } from '../signals.js';

/** @param {AbortSignal} signal */
const listeners = (signal) => getEventListeners(signal, 'abort').length;

/** A pool that notes what it is told. */
function pool() {
  const calls = /** @type {number[][]} */ ([]);
  return { calls, abort: (/** @type {number[]} */ jobs) => void calls.push(jobs) };
}

/** A signal that counts what is done to it. */
function counted() {
  const { signal } = new AbortController();
  const counts = { added: 0, removed: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (/** @type {any[]} */ ...what) => {
    counts.added += 1;
    addEventListener.apply(signal, /** @type {any} */ (what));
  };
  signal.removeEventListener = (/** @type {any[]} */ ...what) => {
    counts.removed += 1;
    removeEventListener.apply(signal, /** @type {any} */ (what));
  };
  return { signal, counts };
}

test('no signal is fine', () => {
  assert.equal(check(), undefined);
  assert.equal(check(undefined), undefined);
  assert.equal(check(null), undefined);
});

test('a signal that is not aborted is fine', () => {
  const { signal } = new AbortController();
  assert.equal(check(signal), signal);
  assert.equal(listeners(signal), 0);
  for (const other of [AbortSignal.timeout(1e6), AbortSignal.any([signal])]) assert.equal(check(other), other);
});

test('what looks like a signal is none', () => {
  const lookalike = { aborted: false, reason: undefined, addEventListener() {}, removeEventListener() {} };
  for (const value of [lookalike, {}, 'abort', 7, true, new AbortController()]) {
    assert.throws(() => check(/** @type {any} */ (value)), {
      name: 'UnjankError', code: 'bad_option', message: /^expected `signal` to be an AbortSignal, got /,
    });
  }
});

test('a signal that is aborted already stops everything, with its reason', () => {
  const reason = { why: 'superseded' };
  assert.throws(() => check(AbortSignal.abort(reason)), { code: 'cancelled', cause: reason });
  assert.throws(() => check(AbortSignal.abort()), (/** @type {any} */ error) => error.cause.name === 'AbortError');
});

test('a timeout is the cause as it is', async () => {
  const signal = AbortSignal.timeout(1);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  assert.throws(() => check(signal), (/** @type {any} */ { code, cause }) => {
    assert.deepEqual([code, cause.name], ['cancelled', 'TimeoutError']);
    return true;
  });
});

test('all jobs of a signal are stopped in one call', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const { calls, abort } = pool();
  const undos = [1, 2, 3].map((job) => attend(signal, job, abort));
  assert.equal(listeners(signal), 1);
  undos[1]?.();
  controller.abort();
  assert.deepEqual(calls, [[1, 3]]);
  assert.equal(listeners(signal), 0);
  for (const undo of undos) undo();
  assert.equal(calls.length, 1);
});

test('each pool hears of its own jobs, under one listener', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const [one, other] = [pool(), pool()];
  attend(signal, 1, one.abort);
  attend(signal, 1, other.abort);
  const undo = attend(signal, 2, other.abort);
  assert.equal(listeners(signal), 1);
  undo();
  undo();
  controller.abort();
  assert.deepEqual([one.calls, other.calls], [[[1]], [[1]]]);
  assert.equal(listeners(signal), 0);
});

test('whatever one pool makes of it, the next one hears too', () => {
  const { signal } = new AbortController();
  const { calls, abort } = pool();
  attend(signal, 1, () => {
    throw new Error('a pool that broke');
  });
  attend(signal, 2, abort);
  const [listener] = getEventListeners(signal, 'abort');
  assert.throws(() => /** @type {any} */ (listener)(), { message: 'a pool that broke' });
  assert.deepEqual(calls, [[2]]);
  assert.equal(listeners(signal), 0);
});

test('no listener is left when no job is', () => {
  const { signal } = new AbortController();
  const [one, other] = [pool(), pool()];
  const undos = [attend(signal, 1, one.abort), attend(signal, 2, one.abort), attend(signal, 1, other.abort)];
  for (const [index, undo] of undos.entries()) {
    assert.equal(listeners(signal), 1, `before undo ${index}`);
    undo();
    undo();
  }
  assert.equal(listeners(signal), 0);
});

test('the undo of a job that is gone leaves others alone', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const { calls, abort } = pool();
  // Keeps the listener.
  const other = attend(signal, 1, pool().abort);
  const first = attend(signal, 1, abort);
  first();
  const second = attend(signal, 1, abort);
  first();
  assert.equal(listeners(signal), 1);
  controller.abort();
  assert.deepEqual(calls, [[1]]);
  for (const undo of [second, first, other]) undo();
  assert.equal(listeners(signal), 0);
});

test('jobs may settle while they are being stopped', () => {
  const controller = new AbortController();
  const { signal } = controller;
  /** @type {(() => void)[]} */
  const undos = [];
  const calls = /** @type {number[][]} */ ([]);
  const abort = (/** @type {number[]} */ jobs) => {
    calls.push(jobs);
    for (const undo of undos) undo();
  };
  undos.push(attend(signal, 1, abort), attend(signal, 2, abort));
  controller.abort();
  assert.deepEqual(calls, [[1, 2]]);
  assert.equal(listeners(signal), 0);
});

test('many jobs cost one listener together, and one each when they come and go alone', () => {
  const { abort } = pool();
  const together = counted();
  const undos = Array.from({ length: 20_000 }, (_, job) => attend(together.signal, job, abort));
  assert.deepEqual(together.counts, { added: 1, removed: 0 });
  for (const undo of undos) undo();
  assert.deepEqual(together.counts, { added: 1, removed: 1 });
  const alone = counted();
  for (let job = 0; job < 20_000; job += 1) attend(alone.signal, job, abort)();
  assert.deepEqual(alone.counts, { added: 20_000, removed: 20_000 });
  assert.equal(listeners(together.signal) + listeners(alone.signal), 0);
});

test('a signal that nobody holds goes, with those who heard it', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const { abort } = pool();
  const held = (() => {
    const { signal } = new AbortController();
    attend(signal, 1, abort);
    return new WeakRef(signal);
  })();
  for (let turn = 0; turn < 10 && held.deref(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    collect();
  }
  assert.equal(held.deref(), undefined);
});
