import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Timeline } from '../later/timeline.js';

/** A clock that is set, and what was drawn by it. */
function scene() {
  /** @type {[phase: string, index: string, start: number, end: number][]} */
  let drawn = [];
  let measures = 0;
  const clock = {
    timeOrigin: 1_000_000,
    time: 0,
    now: () => clock.time,
    measure: (/** @type {string} */ _, /** @type {any} */ { start, end, detail }) => {
      const { tooltipText, properties } = detail.devtools;
      drawn.push([tooltipText.split(', ')[1], properties[2][1], start, end]);
      measures += 1;
    },
    clearMeasures: () => { measures -= 1; },
  };
  const timeline = new Timeline('story', (kernel) => `kernel ${kernel}`, /** @type {any} */ (clock));
  const at = (/** @type {number} */ time) => { clock.time = time; return timeline; };
  const take = () => { const taken = drawn; drawn = []; return taken; };
  return { timeline, at, take, kept: () => measures };
}

/** @param {number} index */
const task = (index) => ({ job: 0, index, kernel: 2 });

/**
 * @param {number} began milliseconds on the page's clock
 * @param {[index: number, verdict: number, times: number[]][]} answers times in milliseconds
 */
const reply = (began, answers) => ({
  began: (1_000_000 + began) * 1000,
  answers: Uint32Array.from(answers.flatMap(([index, verdict, times]) =>
    [0, 0, index, verdict, 0, ...times.map((part) => part * 1000), ...Array(8).fill(0)])),
});

test('a task is followed from the queue to the page', () => {
  const { at, take, kept } = scene();
  at(100).accepted(0);
  at(150).sent(3, 1, [task(0)]);
  at(800).answered(3, 1, reply(170, [[0, 0, [10, 500, 20]]]));
  assert.deepEqual(take(), [
    ['queued', '0', 100, 150],
    ['posted', '0', 150, 170],
    ['ran', '0', 170, 700],
    ['copied in', '0', 170, 180],
    ['computed', '0', 180, 680],
    ['copied out', '0', 680, 700],
    ['returned', '0', 700, 800],
  ]);
  assert.equal(kept(), 0, 'what was drawn is cleared');
});

test('the next of a job is queued since the one before it left', () => {
  const { at, take } = scene();
  at(0).accepted(0);
  at(5).sent(3, 1, [task(0)]);
  at(9).sent(3, 1, [task(1)]);
  assert.deepEqual(take(), [['queued', '0', 0, 5], ['queued', '1', 5, 9]]);
});

test('what goes with its worker or instance is lost, and queued anew', () => {
  const { at, take } = scene();
  at(0).accepted(0);
  at(10).sent(3, 1, [0, 1, 2].map(task));
  take();
  at(30).answered(3, 1, reply(0, [[0, 3, [0, 0, 0]]]));
  at(40).lost(3, 1);
  at(45).sent(3, 2, [task(2)]);
  assert.deepEqual(take(), [['lost', '0', 10, 30], ['lost', '1', 10, 40], ['lost', '2', 10, 40], ['queued', '2', 40, 45]]);
});

test('an answer to nothing draws nothing, and nothing is drawn of what has settled', () => {
  const { at, take } = scene();
  at(9).answered(3, 1, reply(5, [[0, 0, [0, 0, 0]]]));
  at(10).sent(3, 1, [task(0)]);
  at(12).answered(3, 1, reply(11, [[7, 0, [0, 0, 0]]]));
  at(13).accepted(0);
  at(14).settled(0);
  at(15).sent(3, 1, [task(1)]);
  assert.deepEqual(take(), []);
});

test('whatever the clocks say, phases follow each other and a worker does one thing at a time', () => {
  const seed = Number(process.env['UNJANK_SEED'] ?? Date.now() % 2 ** 31);
  let state = seed;
  const random = (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  for (let round = 0; round < 500; round += 1) {
    const { at, take } = scene();
    let now = 1000;
    let free = 0;
    for (let message = 0; message < 5; message += 1) {
      const sent = now + random(100);
      now = sent + random(3000);
      const count = 1 + random(3);
      const answers = Array.from({ length: count }, (_, index) =>
        /** @type {[number, number, number[]]} */ ([index, 0, [random(300), random(300), random(300)]]));
      at(sent).sent(3, 1, answers.map(([index]) => task(index)));
      at(now).answered(3, 1, reply(Math.max(0, sent + random(4000) - 1000), answers));
      const spans = take();
      for (const [index] of answers) {
        const own = spans.filter(([, of]) => of === String(index));
        const runs = own.filter(([phase]) => phase === 'ran');
        assert.equal(runs.length, 1, `seed ${seed}`);
        const [, , start = 0, end = 0] = runs[0] ?? [];
        assert.ok(start >= free - 1e-6, `seed ${seed}: it began before the one before it ended`);
        free = end;
        let moment = sent;
        for (const [phase, , from, to] of own) {
          if (phase === 'ran') continue;
          assert.ok(Math.abs(from - moment) < 1e-6 && from < to, `seed ${seed}: ${JSON.stringify(own)}`);
          moment = to;
        }
        assert.ok(Math.abs(moment - now) < 1e-6, `seed ${seed}`);
      }
    }
  }
});
