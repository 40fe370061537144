import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plain } from '../plain.js';
import { LIMIT, answers, bytes, inverted, large, noise, only, ready, task } from './fixtures.js';
import { KERNELS, module } from './modules.js';
import { Worker } from './worker.js';
import { request } from './wire.js';

const PAGES = 64 << 16;

test('a worker says that it listens, and what its module is when it has started', async () => {
  const worker = new Worker(plain());
  assert.deepEqual(worker.said, [{ unjank: 'listening' }]);
  const said = await worker.start({ unjank: 'start', module: module(), memoryLimit: LIMIT });
  assert.equal(said.unjank, 'ready');
  assert.ok(new TextDecoder().decode(said.description).includes('invert'));
  assert.equal(said.description.buffer.byteLength, said.description.length);
});

test('what is not said to a worker is left alone', async () => {
  const worker = new Worker(plain());
  for (const foreign of ['hello', 7, undefined, {}, [], { unjank: 'stop' }]) worker.hear(foreign);
  await worker.start({ unjank: 'start', module: module(), memoryLimit: LIMIT });
  for (const foreign of ['hello', null, [], [1, []], [bytes(1), 2], { unjank: 'start' }]) worker.hear(foreign);
  assert.deepEqual(worker.said.map(({ unjank }) => unjank), ['listening', 'ready']);
});

test('a start that cannot be read is told of', () => {
  const worker = new Worker(plain());
  worker.scope.onmessageerror?.();
  worker.hear(null);
  assert.deepEqual(worker.said.slice(1), [{ unjank: 'unreadable' }, { unjank: 'unreadable' }]);
});

test('whose fault a failed start is, is said', async () => {
  const start = async (/** @type {object} */ options) =>
    new Worker(plain()).start({ unjank: 'start', memoryLimit: LIMIT, ...options });
  const nowhere = await start({});
  assert.deepEqual([nowhere.unjank, nowhere.fault], ['failed', 'worker']);
  const trapping = await start({ module: module({ text: (all) => all.replace('(i32.const 256))', '(unreachable))') }) });
  assert.deepEqual([trapping.unjank, trapping.fault, trapping.message], ['failed', 'module', 'unreachable']);
  const linked = module({ text: (all) => all.replace('(memory (export', '(import "unjank" "now" (global i32))\n(memory (export') });
  const mistaken = await start({ module: linked });
  assert.deepEqual([mistaken.unjank, mistaken.fault], ['failed', 'module']);
});

test('a module for which there is no memory is told from a bad one', async () => {
  for (const shortage of [new RangeError('WebAssembly.Instance(): Out of memory'), 'out of memory']) {
    const engine = { ...plain(), start: () => Promise.reject(shortage) };
    const said = await new Worker(engine).start({ unjank: 'start', module: module(), memoryLimit: LIMIT });
    assert.deepEqual([said.unjank, said.fault], ['failed', 'memory']);
    assert.match(said.message, /out of memory/i);
  }
});

test('a request that cannot be read is told of, and harms nothing', async () => {
  const worker = await ready();
  const [frame] = request([task(1, 'invert', 1)]);
  const other = frame.slice();
  other[2] = 3;
  const params = frame.slice();
  new DataView(params.buffer).setUint32(40, 99, true);
  for (const damaged of [new Uint8Array(), frame.slice(0, 40), other, params]) {
    worker.hear([damaged, []]);
    const { unjank, fault, message } = worker.said.at(-1);
    assert.deepEqual([unjank, fault], ['failed', 'worker']);
    assert.match(message, /request/);
  }
  assert.equal(only(worker.ask(request([task(2, 'invert', 1)]))).answer.verdict, 0);
});

test('a worker that is told to close says so, and holds its lock until then', async () => {
  const worker = new Worker(plain());
  /** @type {string[]} */
  const held = [];
  const request = (/** @type {string} */ name, /** @type {() => Promise<void>} */ callback) => {
    held.push(name);
    return callback();
  };
  worker.scope.navigator = { locks: { request } };
  const said = await worker.start({ unjank: 'start', module: module(), memoryLimit: LIMIT, tether: 'rope' });
  assert.deepEqual([said.unjank, held], ['ready', ['rope']]);
  worker.scope.close();
  assert.equal(worker.said.at(-1)?.unjank, 'ready');
  await Promise.resolve();
  assert.deepEqual([worker.said.at(-1), worker.closed], [{ unjank: 'closing' }, true]);
});

test('a job is answered with its result', async () => {
  const worker = await ready();
  const { reply, answer } = only(worker.ask(request([task(2 ** 40 + 7, 'invert', 1, 2, 3)])));
  assert.deepEqual([reply?.magic, reply?.kind, reply?.memory, reply?.began], [0x0004_6a75, 3, PAGES, 1_005_000]);
  assert.deepEqual([answer.job, answer.index, answer.verdict], [2 ** 40 + 7, 0, 0]);
  assert.deepEqual(answer.outputs, [bytes(254, 253, 252)]);
});

test('a kernel is told where its input stands in the whole', async () => {
  const worker = await ready();
  const windowed = { ...task(1, 'window', 1, 2, 3, 4, 5, 6, 7, 8), window: [2, 100, 50, 1, 2, 1], index: 3 };
  const { answer } = only(worker.ask(request([windowed])));
  const words = [...new Uint32Array(/** @type {Uint8Array} */ (answer.outputs[0]).slice().buffer)];
  // Size, kernel, flags, params; the window; the seed; inputs, where, how long; the entry.
  assert.deepEqual(words.slice(0, 4), [80, KERNELS.window, 0, 1]);
  assert.deepEqual(words.slice(4, 10), [2, 100, 50, 1, 2, 1]);
  assert.deepEqual(words.slice(10, 20), [50, 0, 1, 64, 16, 0, 8, 0, 0, 0]);
  assert.equal(answer.index, 3);
});

test('a trap spares its neighbours', async () => {
  const worker = await ready();
  const all = answers(worker.ask(request([
    task(1, 'invert', 1), task(2, 'trap', 2), task(3, 'panic', 3), task(4, 'overflow', 4), task(5, 'trap', 5),
    task(6, 'invert', 6),
  ])));
  assert.deepEqual(all.map(({ job, verdict }) => [job, verdict]), [[1, 0], [2, 3], [3, 3], [4, 3], [5, 3], [6, 0]]);
  const [, trap, panic, overflow, again, well] = all;
  assert.match(trap?.text ?? '', /unreachable/);
  assert.deepEqual([panic?.text, panic?.place], ['too blue', 'too blue:7:9']);
  assert.match(overflow?.text ?? '', /call stack/);
  // Not the panic's: its record was another instance's.
  assert.deepEqual([again?.text, again?.place], [trap?.text, '']);
  assert.deepEqual(well?.outputs, [bytes(249)]);
});

test('the text of an old panic is never taken for a new one', async () => {
  const worker = await ready({ text: (all) => all.replace('(then (unreachable))', `(then
    (if (i32.load8_u (call $address (i32.const 1))) (then (unreachable)))
    (i32.store (i32.const 0x600) (i32.const 1)))`) });
  const all = answers(worker.ask(request([task(1, 'trap', 0), task(2, 'trap', 1)])));
  assert.match(all[1]?.text ?? '', /unreachable/);
});

test('each status is told in its way', async () => {
  const worker = await ready();
  const told = answers(worker.ask(request([1, 2, 3, 4, 5, 6, 7, 255].map((status) => task(status, 'fail', status)))));
  assert.deepEqual(told.map(({ verdict }) => verdict), [2, 1, 1, 1, 1, 1, 1, 1]);
  assert.ok(told.every(({ code, text }) => code === 77 && text === 'too blue'));
  const silent = await ready({ text: (all) => all.replace('(i32.const 77)', '(i32.const 0)')
    .replace('(i32.store (i32.const 1048) (i32.const 8))', '(i32.store (i32.const 1048) (i32.const 0))') });
  const quiet = answers(silent.ask(request([1, 3, 5, 40].map((status) => task(status, 'fail', status)))));
  assert.deepEqual(quiet.map(({ code, text }) => [code, text]), [
    [0, 'status 1'], [0, 'status 3'], [0, 'out of memory'], [40, 'status 40'],
  ]);
});

test('no room for an input costs that job alone', async () => {
  const worker = await ready();
  const buffers = [new ArrayBuffer((1 << 20) + 1)];
  const replies = worker.ask(request([large(1, 'invert', (1 << 20) + 1), task(2, 'invert', 2)], { buffers }));
  const [full, well] = answers(replies);
  assert.deepEqual([full?.verdict, full?.text], [1, 'out of memory']);
  assert.equal(well?.verdict, 0);
  assert.deepEqual(replies.flatMap(({ spares }) => spares), buffers);
});

test('what a request names and is not there is that one task’s fault', async () => {
  const worker = await ready();
  const buffers = [new ArrayBuffer(8)];
  const wrong = [
    { ...task(2, 'invert', 1), params: 5 },
    { ...task(3, 'invert', 1), params: 0x80000001 },
    large(5, 'invert', 9),
    large(6, 'invert', 8, 1),
    large(7, 'invert', 4, 0xfffffff0),
    { job: 8, inputs: [] },
  ];
  const replies = worker.ask(request([...wrong, task(9, 'invert', 9)], { buffers }));
  const all = answers(replies);
  assert.deepEqual(all.map(({ job, verdict }) => [job, verdict]), [...wrong.map(({ job }) => [job, 4]), [9, 0]]);
  assert.ok(all.slice(0, -1).every(({ text }) => text.length > 0));
});

test('params are kept at their place from one message to the next', async () => {
  const worker = await ready({ text: (all) => all.replace('(call $sum) (return', `
    (call $result (i32.const 1) (i32.const ${0x10000}) (i32.load (i32.const ${0x200 + 12}))) (return`) });
  const ask = (/** @type {number} */ params, /** @type {any} */ more) =>
    only(worker.ask(request([{ ...task(1, 'sum', 1), params }], more))).answer.outputs[0];
  assert.deepEqual(ask(0, { params: [{ place: 2, bytes: bytes(1, 2) }] }), bytes(1, 2));
  assert.deepEqual(ask(0, { params: [{ bytes: bytes(3, 4) }] }), bytes(3, 4));
  assert.deepEqual(ask(0x80000002, { params: [] }), bytes(1, 2));
  assert.deepEqual(ask(0, { params: [{ place: 2, bytes: bytes(5) }] }), bytes(5));
  worker.ask(request([task(1, 'trap', 1)]));
  assert.deepEqual(ask(0x80000002, { params: [] }), bytes(5));
});

test('a result goes back where its input came from, if it fits and leaves little over', async () => {
  const worker = await ready();
  const buffer = noise(10_000).buffer;
  const { reply, answer } = only(worker.ask(request([large(1, 'invert', 10_000)], { buffers: [buffer] })));
  assert.equal(answer.outputs[0]?.buffer, buffer);
  assert.deepEqual(answer.outputs[0], inverted(noise(10_000)));
  assert.deepEqual(reply?.spares, []);
  const wide = noise(100_000).buffer;
  const part = { ...large(2, 'invert', 20_000), inputs: [{ buffer: 0, offset: 500, length: 20_000 }] };
  const second = only(worker.ask(request([part], { buffers: [wide] })));
  assert.notEqual(second.answer.outputs[0]?.buffer, wide);
  assert.deepEqual(second.answer.outputs[0], inverted(noise(100_000).slice(500, 20_500)));
  assert.deepEqual(second.reply?.spares, [wide]);
});

test('a buffer that others read stays as it is until they have', async () => {
  const worker = await ready();
  const buffer = noise(10_000).buffer;
  const replies = worker.ask(request([
    large(1, 'invert', 10_000), large(2, 'grain', 10_000), large(3, 'invert', 10_000),
  ], { buffers: [buffer] }));
  for (const { outputs } of answers(replies)) assert.deepEqual(outputs[0], inverted(noise(10_000)));
});

test('small results ride in the frame', async () => {
  const worker = await ready();
  const buffers = [new ArrayBuffer(4096)];
  const { reply } = only(worker.ask(request([large(1, 'invert', 4096)], { buffers })));
  assert.deepEqual(reply?.spares, buffers);
});

test('kernels have several outputs and further inputs', async () => {
  const worker = await ready();
  const two = only(worker.ask(request([task(1, 'two', 1, 2)]))).answer;
  assert.deepEqual(two.outputs, [bytes(254, 253), new TextEncoder().encode('too blue')]);
  const sum = { job: 2, kernel: KERNELS.sum, inputs: [{ bytes: bytes(1, 2) }, { bytes: bytes(100), identity: 9 }], outputs: [{ slot: 0 }] };
  assert.equal(only(worker.ask(request([sum]))).answer.outputs[0]?.[0], 103);
  assert.equal(only(worker.ask(request([task(3, 'sum', 1, 2)]))).answer.outputs[0]?.[0], 3);
});

test('an input with an identity is written once', async () => {
  const worker = await ready();
  const ask = (/** @type {number} */ value, /** @type {number} */ identity) => only(worker.ask(request([
    { job: 1, kernel: KERNELS.sum, inputs: [{ bytes: bytes(0) }, { bytes: bytes(value), identity }] },
  ]))).answer.outputs[0]?.[0];
  assert.equal(ask(10, 1), 10);
  assert.equal(ask(20, 1), 10, 'the bytes of an identity are those it had');
  assert.equal(ask(30, 2), 30);
  assert.equal(ask(40, 0), 40);
  assert.equal(ask(50, 0), 50);
  assert.equal(ask(60, 2), 60);
});

test('memory over the limit is told, and given back', async () => {
  const worker = await ready({ memoryLimit: PAGES + 1 });
  const replies = worker.ask(request([task(1, 'grow', 1), task(2, 'invert', 2)]));
  assert.deepEqual(replies.map(({ memory }) => memory), [2 * PAGES, PAGES]);
});

test('an engine that cannot make another instance says so, and takes no more', async () => {
  const worker = await ready({ engine: { ...plain(), renew: () => undefined } });
  const replies = worker.ask(request([task(1, 'invert', 1), task(2, 'trap', 2), task(3, 'invert', 3)]));
  assert.deepEqual(replies.map(({ kind }) => kind), [3, 4]);
  assert.deepEqual(answers(replies).map(({ job, verdict }) => [job, verdict]), [[1, 0], [2, 3]]);
  assert.deepEqual(worker.ask(request([task(4, 'invert', 4)])), []);
});

test('an instance for which there is no memory is the last one', async () => {
  const worker = await ready({ engine: { ...plain(), renew: () => { throw new RangeError('out of memory'); } } });
  const replies = worker.ask(request([task(2, 'trap', 2), task(3, 'invert', 3)]));
  assert.deepEqual(replies.map(({ kind }) => kind), [4]);
  assert.deepEqual(answers(replies).map(({ job, verdict }) => [job, verdict]), [[2, 3]]);
});
