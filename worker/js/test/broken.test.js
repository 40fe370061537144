/** Modules that do not keep to ABI.md: each costs a start, or one job, and nothing else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plain } from '../plain.js';
import { LIMIT, answers, ready, task } from './fixtures.js';
import { assemble, cbor, module, text } from './modules.js';
import { Worker } from './worker.js';
import { request } from './wire.js';

/** @typedef {import('./modules.js').Changes} Changes */

/** @param {Changes} changes */
async function started(changes) {
  const worker = new Worker(plain());
  return worker.start({ unjank: 'start', module: module(changes), memoryLimit: LIMIT });
}

const replacing = (/** @type {string} */ from, /** @type {string} */ to) => ({
  text: (/** @type {string} */ all) => {
    assert.ok(all.includes(from), from);
    return all.replace(from, to);
  },
});

const RESERVE = '(i32.add (i32.const 65536) (i32.mul (local.get $slot) (i32.const 1048576))))\n  (func $length';
const reserving = (/** @type {string} */ code) => replacing(RESERVE, `${code})\n  (func $length`);

/** In words of the table: addresses and lengths of its records. */
const word = (/** @type {number} */ index, /** @type {number} */ value) => ({
  table: (/** @type {number[]} */ words) => words.map((old, at) => (at === index ? value : old)),
});

const END = 64 << 16;

/** @type {[string, Changes, RegExp][]} */
const BAD_STARTS = [
  ['memory is shared', replacing('(memory (export "memory") 64)', '(memory (export "memory") 64 64 shared)'), /shared/],
  ['reserve takes something else', replacing('(param $slot i32) (param $length i32)', '(param $slot i32) (param $length i32) (param i32)'), /unjank_reserve/],
  ['it traps at once', replacing('(func $panic', '(func $s (unreachable)) (start $s)\n (func $panic'), /unreachable/],
  ['its initialization traps', replacing('(func $panic', '(func (export "_initialize") (unreachable))\n (func $panic'), /unreachable/],
  ['its version traps', replacing('(i32.const 256))\n', '(unreachable))\n'), /unreachable/],
  ['the table is outside memory', replacing('(i32.const 256))\n', `(i32.const ${END - 52}))\n`), /the table is outside memory/],
  ['the table is below zero', replacing('(i32.const 256))\n', '(i32.const -4))\n'), /the table is outside memory/],
  ['the table is not aligned', replacing('(i32.const 256))\n', '(i32.const 258))\n'), /is not aligned/],
  ['the table is short', word(0, 52), /table is too short/],
  ['the call record is short', word(5, 64), /call record is too short/],
  ['the result record is short', word(7, 40), /result record is too short/],
  ['the call record is outside', word(4, END - 64), /outside/],
  ['the call record is not aligned', word(4, 0x201), /is not aligned/],
  ['a length wraps', { table: (words) => words.with(6, 0xfffffff0).with(7, 160) }, /outside/],
  ['the panic record is short', word(11, 16), /too short/],
  ['the host record is short', word(13, 12), /too short/],
  ['the description is outside', word(3, END), /outside/],
];

for (const [fault, changes, message] of BAD_STARTS) {
  test(`a module is refused when ${fault}`, async () => {
    const said = await started(changes);
    assert.deepEqual([said.unjank, said.fault], ['failed', 'module'], said.message);
    assert.match(said.message, message);
  });
}

const run = (/** @type {string} */ code) => replacing('(global.set $runs', `${code}\n (global.set $runs`);
const result = (/** @type {string} */ after) =>
  replacing('    (i32.const 0)))', `    ${after}\n    (i32.const 0)))`);
const entry = (/** @type {number} */ address, /** @type {number} */ length) => result(
  `(i32.store (i32.const ${0x420}) (i32.const ${address})) (i32.store (i32.const ${0x424}) (i32.const ${length}))`);
const record = (/** @type {number} */ index, /** @type {number} */ value) =>
  result(`(i32.store (i32.const ${0x400 + 4 * index}) (i32.const ${value}))`);
/** What the page says of the outputs. */
const due = (/** @type {{ length?: number, slot: number }[]} */ ...outputs) => ({ outputs });

/** @type {[string, Changes & { outputs?: { length?: number, slot: number }[], inputs?: number }, RegExp][]} Each does it in its first call only. */
const BAD_CALLS = [
  ['a slot is not aligned', reserving('(i32.const 65544)'), /slot . is not aligned/],
  ['a slot is outside memory', reserving(`(i32.const ${END})`), /slot . is outside memory/],
  ['a slot is below zero', reserving('(i32.const -16)'), /slot . is outside memory/],
  ['a status is unknown', run('(return (i32.const 256))'), /no status 256/],
  ['a status is negative', run('(return (i32.const -1))'), /no status 4294967295/],
  ['an output is outside memory', entry(END - 4, 8), /output 0 is outside memory/],
  ['an output wraps around', entry(0xfffffff0 | 0, 0x20), /output 0 is outside memory/],
  ['an output lies in the params', entry(0x10000, 1), /output 0 overlaps/],
  ['an output lies in an input that is not its own', { ...entry(0x110000, 1), ...due({ slot: 0 }) }, /output 0 overlaps/],
  ['there are more outputs', record(1, 2), /2 outputs, not 1/],
  ['there are none', record(1, 0), /0 outputs, not 1/],
  ['the entries are outside the record', record(2, 48), /its outputs are misplaced/],
  ['the entries are far outside', record(2, -4), /its outputs are misplaced/],
  ['the entries are not aligned', record(2, 30), /its outputs are misplaced/],
  ['the entries are too short', record(3, 8), /its outputs are misplaced/],
  ['the record is larger than its room', record(0, 4096), /its outputs are misplaced/],
  ['the record is empty', record(0, 0), /its outputs are misplaced/],
  ['outputs overlap', {
    ...due({ slot: 0 }, { slot: 0 }),
    ...result(`(call $result (i32.const 2) (i32.const 0x900) (i32.const 8))
      (i32.store (i32.const 0x430) (i32.const 0x904)) (i32.store (i32.const 0x434) (i32.const 8))`),
  }, /output 1 overlaps/],
  ['an output has another length than is described', {
    ...due({ length: 2, slot: 1 }),
  }, /has 1 bytes, not 2/],
  ['an output is longer than is described', { ...due({ length: 1, slot: 1 }), ...entry(0x900, 8) }, /has 8 bytes, not 1/],
  ['the call record has no room for its inputs', { ...word(5, 80), inputs: 2 }, /call record is too short/],
  ['a text is outside memory', run(`(i32.store (i32.const 0x400) (i32.const 32))
    (i32.store (i32.const 0x414) (i32.const -8)) (i32.store (i32.const 0x418) (i32.const 16))
    (return (i32.const 3))`), /text of its error is outside memory/],
];

for (const [fault, { outputs, inputs = 1, ...changes }, message] of BAD_CALLS) {
  test(`one job is broken, and the next finds a fresh instance, when ${fault}`, async () => {
    const worker = await ready(changes);
    const bad = (/** @type {number} */ job) => {
      const whole = task(job, 'invert', job);
      return { ...whole, outputs: outputs ?? whole.outputs, inputs: Array(inputs).fill(whole.inputs[0]) };
    };
    const all = answers(worker.ask(request([bad(1), bad(2)])));
    assert.deepEqual(all.map(({ job, verdict }) => [job, verdict]), [[1, 5], [2, 5]], all[0]?.text);
    assert.match(all[0]?.text ?? '', message);
    assert.deepEqual(all[0]?.outputs, []);
  });
}

test('after a trap nothing of an instance is called', async () => {
  /** @type {string[]} */
  const calls = [];
  const engine = plain();
  const watched = (/** @type {WebAssembly.Exports} */ exports) => {
    let trapped = false;
    return Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value !== 'function' ? value
      : (/** @type {number} */ slot, /** @type {number} */ length) => {
        if (trapped) calls.push(name);
        try {
          return value(slot, length);
        } catch (trap) {
          trapped = true;
          throw trap;
        }
      }]));
  };
  const worker = await ready({ engine: {
    host: engine.host,
    start: async (source) => watched(await engine.start(source)),
    renew: () => watched(engine.renew()),
  } });
  worker.ask(request([task(1, 'trap', 1), task(2, 'panic', 2), task(3, 'invert', 3)]));
  assert.deepEqual(calls, []);
});

test('a trap while room is made is a trap', async () => {
  const worker = await ready(reserving('(unreachable)'));
  const [answer] = answers(worker.ask(request([task(1, 'invert', 1)])));
  assert.equal(answer?.verdict, 3);
});

test('a panic record that lies is not believed', async () => {
  const worker = await ready(replacing('(i32.store (i32.const 1540) (i32.const 8))', '(i32.store (i32.const 1540) (i32.const -1))'));
  const [answer] = answers(worker.ask(request([task(1, 'panic', 1)])));
  assert.deepEqual([answer?.verdict, answer?.place], [3, '']);
  assert.match(answer?.text ?? '', /unreachable/);
});

test('a description may lie anywhere', async () => {
  const worker = await ready({ ...word(2, 0x1001), ...replacing('(data (i32.const 4096)', '(data (i32.const 4097)') });
  assert.ok(new TextDecoder().decode(worker.said.at(-1).description).includes('invert'));
});

test('a module from the future works', async () => {
  const worker = await ready({
    description: {
      abi: [1, 7], uses: ['emit/2'], colour: [1, { deep: null }],
      kernels: [{ name: 'invert', out: [{ in_place: 0, colour: 'red' }], rev: 3, hue: -12 }],
    },
    table: (words) => words.with(0, 64).with(1, 7),
    ...replacing('    (i32.const 0)))', `
      (i32.store (i32.const 0x400) (i32.const 56)) (i32.store (i32.const 0x408) (i32.const 36))
      (i32.store (i32.const 0x40c) (i32.const 20))
      (memory.copy (i32.const 0x424) (i32.const 0x420) (i32.const 16))
      (i32.const 0)))`),
  });
  const [answer] = answers(worker.ask(request([task(1, 'invert', 1)])));
  assert.deepEqual([answer?.verdict, answer?.text], [0, '']);
  assert.deepEqual(answer?.outputs[0], Uint8Array.of(254));
});

test('many errors in one reply are all told', async () => {
  const worker = await ready();
  const all = answers(worker.ask(request(Array.from({ length: 300 }, (_, job) => task(job, 'trap', 1)))));
  assert.equal(all.length, 300);
  assert.ok(all.every(({ job, text }, index) => job === index && /unreachable/.test(text)));
});

test('addresses above 2 GiB are addresses', { skip: !canHave(40_000) && 'no memory for it' }, async () => {
  const HIGH = 0x9000_0000;
  const worker = await ready({
    memoryLimit: 2 ** 32,
    text: (all) => all.replace('(memory (export "memory") 64)', '(memory (export "memory") 40000)')
      .replaceAll('(i32.add (i32.const 65536)', `(i32.add (i32.const ${HIGH | 0})`),
  });
  const replies = worker.ask(request([task(1, 'invert', 1), task(2, 'sum', 7), task(3, 'two', 3)]));
  const all = answers(replies);
  assert.deepEqual(all.map(({ verdict, text }) => [verdict, text]), [[0, ''], [0, ''], [0, '']]);
  assert.deepEqual([all[0]?.outputs[0]?.[0], all[1]?.outputs[0]?.[0]], [254, 7]);
  assert.equal(replies.at(-1)?.memory, 40_000 * 65536);
});

/** @param {number} pages */
function canHave(pages) {
  try {
    return !!new WebAssembly.Memory({ initial: pages });
  } catch {
    return false;
  }
}

test('the module of these stories is a good one', () => {
  assert.ok(WebAssembly.validate(assemble(text())));
});
