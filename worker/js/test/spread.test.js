import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Cut } from '../cut.js';
import { Readers } from '../readers.js';
import { answers, bytes, inverted, large, noise, ready, task } from './fixtures.js';
import { read, request } from './wire.js';

const HERE = new URL('../spread.js', import.meta.url).href;
const NOWHERE = new URL('./nowhere.js', import.meta.url).href;
/** More than one chunk; and what one call of the module has room for. */
const LENGTH = (2 << 20) + 5;
const SHORT = 1 << 19;

/** @param {import('./wire.js').Answer | undefined} answer @param {Uint8Array} expected */
function expectOutput(answer, expected) {
  assert.ok(Buffer.from(answer?.outputs[0] ?? []).equals(expected));
}

/**
 * A request to hold a buffer, and the page's end of what is said about it.
 *
 * @param {string} url
 * @param {Uint8Array} source
 */
function spread(url, source) {
  const { port1: page, port2: port } = new MessageChannel();
  const buffer = source.slice().buffer;
  const [frame, buffers] = request([large(1, 'invert', source.length)], { buffers: [buffer] });
  /** @type {any} */
  const message = [frame, buffers, { url, halo: [0, 0], port }];
  return { message, page };
}

/** @param {import('./worker.js').Worker} worker @param {number} replies */
async function said(worker, replies) {
  const before = worker.said.length;
  while (worker.said.length < before + replies) await new Promise((done) => { setImmediate(done); });
  return answers(worker.said.slice(before).map(read));
}

test('a holder without helpers computes all of it, and others wait', async () => {
  const worker = await ready();
  const { message, page } = spread(HERE, noise(LENGTH));
  worker.hear(message);
  // Loaded, and at work.
  while (worker.scope.onmessage?.name === 'hear') await new Promise((done) => { setImmediate(done); });
  worker.hear(request([task(2, 'invert', 1)]));
  const [first, second] = await said(worker, 2);
  assert.deepEqual([first?.job, second?.job], [1, 2]);
  expectOutput(first, inverted(noise(LENGTH)));
  assert.deepEqual(second?.outputs, [bytes(254)]);
  page.close();
});

test('without what it takes, one worker does all of it', async () => {
  const worker = await ready();
  const { message, page } = spread(NOWHERE, noise(SHORT));
  worker.hear(message);
  const [answer] = await said(worker, 1);
  expectOutput(answer, inverted(noise(SHORT)));
  page.close();
});

test('chunks make a whole, with as much context as there is', () => {
  for (const [stride, total, before, after, piece] of /** @type {const} */ ([
    [1, 1, 0, 0, 0], [4096, 1280, 1, 1, 0], [4096, 1280, 0, 3, 0], [16_000, 3000, 200, 100, 0], [4, 5 << 18, 0, 0, 12],
    [1 << 24, 3, 1, 1, 0],
  ])) {
    const cut = new Cut([stride, total, 0, 0, total, 0], [before, after], piece);
    let next = 0;
    for (let chunk = 0; chunk < cut.count; chunk += 1) {
      const [, , start, front, core, behind] = cut.window(chunk);
      const { from, end } = cut.bytes(chunk);
      assert.equal(start, next);
      assert.deepEqual([front, behind], [Math.min(before, start), Math.min(after, total - start - core)]);
      assert.deepEqual([from, end], [(start - front) * stride, (start + core + behind) * stride]);
      assert.ok(core > 0 && end - from <= cut.room);
      if (piece) assert.equal((start * stride) % piece, 0);
      next += core;
    }
    assert.equal(next, total);
  }
});

test('a part is free when nobody reads it any more, whatever the order', () => {
  let state = 1;
  const random = (/** @type {number} */ below) => (state = (state * 48271) % 0x7fffffff) % below;
  for (let round = 0; round < 300; round += 1) {
    const [total, reach] = [1 + random(12), random(4)];
    const readers = new Readers(total, reach);
    const left = new Set(Array.from({ length: total }, (_, chunk) => chunk));
    /** @type {Set<number>} */
    const free = new Set();
    while (left.size > 0) {
      const chunk = /** @type {number} */ ([...left][random(left.size)]);
      left.delete(chunk);
      for (const part of readers.answer(chunk)) {
        assert.ok(!free.has(part) && !left.has(part));
        free.add(part);
      }
      for (let part = 0; part < total; part += 1) {
        const isRead = [...left].some((other) => Math.abs(other - part) <= reach);
        assert.equal(free.has(part), !isRead, `part ${part} of ${total}, reach ${reach}`);
      }
    }
  }
});
