import assert from 'node:assert/strict';
import { test } from 'node:test';

import { glued } from '../glued.js';
import { plain } from '../plain.js';
import { LIMIT, answers, bytes, task } from './fixtures.js';
import { assemble, module, text } from './modules.js';
import { Worker } from './worker.js';
import { request } from './wire.js';

/**
 * What wasm-bindgen generates, as far as a worker uses it.
 *
 * @param {{ resets: boolean }} options whether it can put its instance back to the first state
 */
function glue({ resets }) {
  /** @type {WebAssembly.Exports | undefined} */
  let wasm;
  let made = 0;
  const compiled = module();
  const make = () => {
    made += 1;
    return new WebAssembly.Instance(compiled).exports;
  };
  const generated = {
    default: async () => (wasm ??= make()),
    initSync: (/** @type {{ module?: WebAssembly.Module }} */ { module }) => {
      if (!wasm) assert.equal(module, compiled);
      return (wasm ??= make());
    },
    made: () => made,
    compiled,
  };
  return resets ? { ...generated, __wbg_reset_state: () => void (wasm = make()) } : generated;
}

const tasks = [task(1, 'invert', 1), task(2, 'panic', 2), task(3, 'invert', 3)];

/** @param {import('./wire.js').Reply[]} replies */
const verdicts = (replies) => answers(replies).map(({ job, verdict }) => [job, verdict]);

for (const cloned of [true, false]) {
  test(`a module with glue heals by it, ${cloned ? 'sent by the page' : 'or loaded by the worker'}`, async () => {
    const made = glue({ resets: true });
    const worker = new Worker(glued(made));
    const start = { unjank: /** @type {const} */ ('start'), memoryLimit: LIMIT };
    const said = await worker.start(cloned ? { ...start, module: made.compiled } : start);
    assert.equal(said.unjank, 'ready');
    const replies = worker.ask(request(tasks));
    assert.deepEqual(verdicts(replies), [[1, 0], [2, 3], [3, 0]]);
    assert.equal(answers(replies)[1]?.text, 'too blue');
    assert.equal(made.made(), 2);
    assert.deepEqual(verdicts(worker.ask(request(tasks))), [[1, 0], [2, 3], [3, 0]]);
  });
}

test('glue that cannot reset is replaced with its worker', async () => {
  const made = glue({ resets: false });
  const worker = new Worker(glued(made));
  await worker.start({ unjank: 'start', module: made.compiled, memoryLimit: LIMIT });
  const replies = worker.ask(request(tasks));
  assert.deepEqual(replies.map(({ kind }) => kind), [3, 4]);
  assert.deepEqual(verdicts(replies), [[1, 0], [2, 3]]);
});

test('a worker that is sent no module loads it itself', async () => {
  const url = `data:application/wasm;base64,${Buffer.from(assemble(text())).toString('base64')}`;
  const engine = plain();
  const exports = await engine.start({ url });
  assert.equal(typeof exports['unjank_run'], 'function');
  assert.notEqual(engine.renew(), exports);
});

test('a module that is not where it should be is the worker’s fault', async () => {
  await assert.rejects(plain().start({ url: 'data:text/html,<p>' }), WebAssembly.CompileError);
  await assert.rejects(plain().start({}), /no url of one/);
});

test('what a module prints is told to the host, even from its initialization', async () => {
  /** @type {unknown[]} */
  const lines = [];
  const engine = plain((level, line) => void lines.push([level, line]));
  const worker = new Worker(engine);
  const said = await worker.start({
    unjank: 'start',
    memoryLimit: LIMIT,
    module: module({ text: (all) => all
      .replace('(memory (export', '(import "unjank" "log" (func $log (param i32 i32 i32)))\n(memory (export')
      .replace('(func $panic', '(func (export "_initialize") (call $log (i32.const 2) (i32.const 0x900) (i32.const 8)))\n(func $panic') }),
  });
  assert.equal(said.unjank, 'ready');
  worker.ask(request([task(1, 'trap', 1)]));
  assert.deepEqual(lines, [[2, 'too blue'], [2, 'too blue']]);
  assert.deepEqual(answers(worker.ask(request([task(2, 'invert', 0)])))[0]?.outputs, [bytes(255)]);
});
