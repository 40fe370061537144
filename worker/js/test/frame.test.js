import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Reply, Request } from '../frame.js';
import { read, request } from './wire.js';

/** @param {number} seed */
function generator(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const seed = Number(process.env['UNJANK_SEED'] ?? Date.now() % 2 ** 31);

/** @param {(below: number) => number} random */
function anyRequest(random) {
  const blob = () => Uint8Array.from({ length: random(20) }, () => random(256));
  const buffers = Array.from({ length: random(4) }, () => blob().slice().buffer);
  const params = Array.from({ length: random(4) }, () => ({ place: random(8), bytes: blob() }));
  const input = () => {
    if (random(2) === 0 || buffers.length === 0) return { bytes: blob(), identity: random(3) };
    const buffer = random(buffers.length);
    const offset = random(/** @type {ArrayBuffer} */ (buffers[buffer]).byteLength + 1);
    return { buffer, offset, length: random(/** @type {ArrayBuffer} */ (buffers[buffer]).byteLength - offset + 1), identity: random(3) };
  };
  const tasks = Array.from({ length: random(6) }, () => ({
    job: random(2 ** 32) * 2 ** 20 + random(2 ** 20),
    index: random(2 ** 32),
    kernel: random(300),
    params: random(2 ** 32),
    window: Array.from({ length: 6 }, () => random(2 ** 32)),
    inputs: Array.from({ length: random(4) }, input),
  }));
  return { tasks, params, buffers };
}

test('any request reads back equal', (context) => {
  context.diagnostic(`UNJANK_SEED=${seed}`);
  const random = generator(seed);
  for (let round = 0; round < 200; round += 1) {
    const { tasks, params, buffers } = anyRequest(random);
    const [frame] = request(tasks, { params, buffers });
    // At any place in a longer buffer.
    const shift = random(5);
    const moved = new Uint8Array(frame.length + shift).subarray(shift);
    moved.set(frame);
    const seen = new Request(moved, buffers);
    assert.equal(seen.tasks, tasks.length);
    assert.deepEqual(seen.params().map(({ place, bytes }) => ({ place, bytes: bytes?.slice() })), params);
    tasks.forEach((task, index) => {
      seen.look(index);
      /** @type {number[]} */
      const window = [];
      seen.readWindow(window);
      const inputs = Array.from({ length: seen.inputs }, (_, input) => seen.input(input));
      assert.deepEqual(
        [seen.low + seen.high * 2 ** 32, seen.index, seen.kernel, seen.given, window],
        [task.job, task.index, task.kernel, task.params, task.window],
      );
      assert.deepEqual(
        inputs.map(({ bytes, identity }) => ({ bytes: bytes.slice(), identity })),
        task.inputs.map((input) => ({
          bytes: 'bytes' in input && input.bytes ? input.bytes
            : new Uint8Array(/** @type {ArrayBuffer} */ (buffers[/** @type {any} */ (input).buffer]),
              /** @type {any} */ (input).offset, /** @type {any} */ (input).length).slice(),
          identity: input.identity,
        })),
      );
    });
  }
});

test('any reply reads back equal', (context) => {
  context.diagnostic(`UNJANK_SEED=${seed}`);
  const random = generator(seed);
  const reply = new Reply();
  const text = () => Array.from({ length: random(40) }, () => ['a', 'ü', '€', '😀'][random(4)]).join('');
  for (let round = 0; round < 100; round += 1) {
    const answers = Array.from({ length: random(40) }, () => ({
      job: random(2 ** 32) * 2 ** 20 + random(2 ** 20),
      index: random(2 ** 32),
      verdict: random(2) * random(6),
      code: random(2 ** 32),
      times: [random(2 ** 32), random(2 ** 32), random(2 ** 32)],
      text: text(),
      place: text(),
      outputs: Array.from({ length: random(4) }, () => Uint8Array.from({ length: random(200) }, () => random(256))),
    }));
    for (const { job, index, times, outputs, ...outcome } of answers) {
      for (const output of outputs) {
        if (random(2) === 0) reply.addBytes(output);
        else reply.addBuffer(output.slice().buffer, 0, output.length);
      }
      reply.answer({ low: job, high: job / 2 ** 32, index }, Uint32Array.from(times), outcome);
    }
    const about = { last: random(2) === 1, memory: random(2 ** 20) * 65536, began: random(2 ** 32) * 2 ** 19 };
    const seen = read(reply.take({ ...about, spares: [] }));
    assert.deepEqual([seen.kind, seen.memory, seen.began], [about.last ? 4 : 3, about.memory, about.began]);
    const expected = answers.map((answer) => ({ ...answer, outputs: answer.verdict === 0 ? answer.outputs : [] }));
    assert.deepEqual(seen.answers.map((answer) => ({ ...answer, outputs: answer.outputs.map((bytes) => bytes.slice()) })), expected);
  }
});

test('a damaged request is refused or answered, and never hangs', () => {
  const random = generator(seed);
  for (let round = 0; round < 1000; round += 1) {
    const { tasks, params, buffers } = anyRequest(random);
    const [whole] = request(tasks, { params, buffers });
    const frame = whole.slice(0, random(4) === 0 ? random(whole.length) : whole.length);
    for (let hit = 0; hit < 3 && frame.length > 0; hit += 1) frame[random(frame.length)] = random(256);
    try {
      const seen = new Request(frame, buffers);
      seen.params();
      for (let index = 0; index < seen.tasks; index += 1) {
        seen.look(index);
        for (let input = 0; input < Math.min(seen.inputs, 10); input += 1) seen.input(input);
      }
      seen.takeSpares(seen.tasks);
    } catch (error) {
      assert.equal(/** @type {Error} */ (error).constructor.name, 'Unreadable', String(error));
    }
  }
});
