import assert from 'node:assert/strict';
import { test } from 'node:test';

import { replyOf } from '../reply.js';
import { read as readRequest } from '../request.js';
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
  const params = Array.from({ length: 4 }, () => ({ place: random(8), bytes: blob() }));
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
    params: random(4),
    window: Array.from({ length: 6 }, () => random(2 ** 32)),
    inputs: Array.from({ length: 1 + random(4) }, input),
    outputs: Array.from({ length: random(4) }, () => ({ length: random(2 ** 32), slot: random(9) })),
    piece: random(2 ** 32),
  }));
  return { tasks, params, buffers };
}

test('any request reads back equal', (context) => {
  context.diagnostic(`UNJANK_SEED=${seed}`);
  const random = generator(seed);
  for (let round = 0; round < 200; round += 1) {
    const { tasks, params, buffers } = anyRequest(random);
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const kept = [];
    const seen = readRequest(request(tasks, { params, buffers }), kept);
    params.forEach(({ place, bytes }) => place < 4 && assert.deepEqual(kept[place], params.findLast((other) => other.place === place)?.bytes ?? bytes));
    assert.equal(seen.tasks, tasks.length);
    tasks.forEach((task, at) => {
      const [low = 0, high = 0, index] = [0, 1, 2].map((place) => seen.word(at, place));
      const { kernel, params: given, window, inputs, outputs, piece } = seen.open(at);
      assert.deepEqual(
        [low + high * 2 ** 32, index, kernel, [...given], window, outputs, piece],
        [task.job, task.index, task.kernel, [...params[task.params]?.bytes ?? []], task.window, task.outputs, task.piece],
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
  const text = () => Array.from({ length: random(40) }, () => ['a', 'ü', '€', '😀'][random(4)]).join('');
  for (let round = 0; round < 100; round += 1) {
    const reply = replyOf();
    const answers = Array.from({ length: random(40) }, () => ({
      job: random(2 ** 32) * 2 ** 20 + random(2 ** 20),
      index: random(2 ** 32),
      verdict: random(2) * random(6),
      code: random(2 ** 32),
      times: [random(2 ** 32), random(2 ** 32), random(2 ** 32)],
      text: text(),
      place: text(),
      outputs: Array.from({ length: random(4) }, () => Uint8Array.from({ length: random(4) * random(3000) }, () => random(256))),
    }));
    for (const { job, index, times, ...outcome } of answers) {
      reply.answer(job, job / 2 ** 32, index, times, outcome);
    }
    const about = { last: random(2) === 1, memory: random(2 ** 20) * 65536, began: random(2 ** 32) * 2 ** 19 };
    const seen = read(reply.message(about.last, about.memory, about.began, []));
    assert.deepEqual([seen.kind, seen.memory, seen.began], [about.last ? 4 : 3, about.memory, about.began]);
    const expected = answers.map((answer) => ({ ...answer, outputs: answer.outputs }));
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
    // Counts that the frame has no room for are refused, so nothing here is long.
    try {
      const { tasks, open } = readRequest([frame, buffers], []);
      for (let task = 0; task < tasks; task += 1) open(task);
    } catch (error) {
      assert.ok(error instanceof Error);
    }
  }
});
