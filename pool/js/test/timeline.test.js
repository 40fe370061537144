import assert from 'node:assert/strict';
import { Session } from 'node:inspector';
import { test } from 'node:test';

import { Timeline } from '../later/timeline.js';

/**
 * Times are microseconds since the page's clock began.
 *
 * @typedef {{ phase: string, index: number, start: number, end: number, name: string, entry: any }} Drawn
 * @typedef {[index: number, verdict: number, times: number[]]} Answer
 */

/** When the page's clock began, in milliseconds since the epoch: seldom at a whole one. */
const ORIGIN = 1_764_000_000_123.4;

const COMPLETED = 0;
const FAILED = 1;
const PANICKED = 3;
const BROKEN = 5;

/** A clock that is set, and what was drawn by it. */
function scene() {
  /** @type {Drawn[]} */
  let drawn = [];
  /** @type {string[]} */
  let kept = [];
  const clock = {
    timeOrigin: ORIGIN,
    time: 0,
    now: () => clock.time / 1000,
    measure: (/** @type {string} */ name, /** @type {any} */ { start, end, detail: { devtools: entry } }) => {
      const [, phase = ''] = entry.tooltipText.split(', ');
      const micros = (/** @type {number} */ ms) => Math.round(ms * 1000);
      drawn.push({ phase, index: Number(entry.properties[2][1]), start: micros(start), end: micros(end), name, entry });
      kept.push(name);
    },
    clearMeasures: (/** @type {string} */ name) => { kept = kept.filter((other) => other !== name); },
  };
  const timeline = new Timeline('story', (kernel) => `kernel ${kernel}`, /** @type {any} */ (clock));
  const at = (/** @type {number} */ time) => { clock.time = time; return timeline; };
  const take = () => {
    timeline.draw();
    assert.deepEqual(kept, [], 'what was drawn is cleared');
    const taken = drawn;
    drawn = [];
    return taken;
  };
  const spans = () => take().map(({ phase, index, start, end }) => [phase, index, start, end]);
  return { timeline, clock, at, take, spans };
}

/** @param {number} index @param {number} [job] */
const task = (index, job = 0) => ({ job, index, kernel: 2 });

/**
 * @param {number} began microseconds on the page's clock
 * @param {Answer[]} answers
 * @param {number} [job]
 */
const reply = (began, answers, job = 0) => ({
  began: Math.max(0, Math.round(ORIGIN * 1000) + began),
  answers: Uint32Array.from(answers.flatMap(([index, verdict, times]) =>
    [job % 2 ** 32, Math.floor(job / 2 ** 32), index, verdict, 9, ...times, ...Array(8).fill(7)])),
});

/**
 * What is kept of jobs, of workers, of tasks on them, and of spans: private, but for the inspector.
 *
 * @param {Timeline} timeline
 */
function held(timeline) {
  const session = new Session();
  session.connect();
  const ask = (/** @type {string} */ method, /** @type {object} */ params) => {
    /** @type {any} */
    let answer;
    session.post(method, params, (error, result) => { answer = error ?? result; });
    return answer;
  };
  Object.assign(globalThis, { looked: timeline });
  const { result: { objectId } } = ask('Runtime.evaluate', { expression: 'looked' });
  const { privateProperties } = ask('Runtime.getProperties', { objectId });
  const measure = (/** @type {string} */ name, /** @type {string} */ body) => {
    const { value } = privateProperties.find((/** @type {{ name: string }} */ field) => field.name === name);
    const declaration = { objectId: value.objectId, functionDeclaration: `function () { return ${body}; }` };
    return ask('Runtime.callFunctionOn', { ...declaration, returnByValue: true }).result.value;
  };
  const jobs = measure('#waiting', 'this.size');
  const workers = measure('#desks', 'this.size');
  const tasks = measure('#desks', '[...this.values()].reduce((sum, { sent }) => sum + sent.length, 0)');
  const spans = measure('#spans', 'this.length');
  session.disconnect();
  Reflect.deleteProperty(globalThis, 'looked');
  return { jobs, workers, tasks, spans };
}

const NOTHING = { jobs: 0, workers: 0, tasks: 0, spans: 0 };

// ---- Stories

test('a task is followed from the queue to the page', () => {
  const { at, spans } = scene();
  at(100).accepted(0);
  at(150).sent(3, 1, [task(0)]);
  at(800).answered(3, 1, reply(170, [[0, COMPLETED, [10, 500, 20]]]));
  assert.deepEqual(spans(), [
    ['queued', 0, 100, 150],
    ['posted', 0, 150, 170],
    ['ran', 0, 170, 700],
    ['copied in', 0, 170, 180],
    ['computed', 0, 180, 680],
    ['copied out', 0, 680, 700],
    ['returned', 0, 700, 800],
  ]);
  assert.deepEqual(spans(), [], 'once');
});

test('a kernel that fails ran, too', () => {
  const { at, spans } = scene();
  at(0).sent(3, 1, [task(0)]);
  at(50).answered(3, 1, reply(10, [[0, FAILED, [0, 30, 0]]]));
  assert.deepEqual(spans(), [['posted', 0, 0, 10], ['ran', 0, 10, 40], ['computed', 0, 10, 40], ['returned', 0, 40, 50]]);
});

test('the next of a job is queued since the one before it left', () => {
  const { at, spans } = scene();
  at(0).accepted(0);
  at(5).sent(3, 1, [task(0)]);
  at(9).sent(3, 1, [task(1)]);
  assert.deepEqual(spans(), [['queued', 0, 0, 5], ['queued', 1, 5, 9]]);
});

test('what goes with its worker or instance is lost, and queued anew', () => {
  const { at, spans } = scene();
  at(0).accepted(0);
  at(10).sent(3, 1, [0, 1, 2, 3].map((index) => task(index)));
  spans();
  at(30).answered(3, 1, reply(0, [[0, PANICKED, [0, 0, 0]], [1, BROKEN, [0, 0, 0]]]));
  at(40).lost(3, 1);
  at(45).sent(3, 2, [task(2)]);
  assert.deepEqual(spans(), [
    ['lost', 0, 10, 30], ['lost', 1, 10, 30], ['lost', 2, 10, 40], ['lost', 3, 10, 40], ['queued', 2, 40, 45],
  ]);
});

test('a task was sent when the page began to send it', () => {
  const { at, spans } = scene();
  at(0).accepted(0);
  const before = at(10).now();
  at(400).sent(3, 1, [task(0)], before);
  at(500).answered(3, 1, reply(100, [[0, COMPLETED, [0, 50, 0]]]));
  assert.deepEqual(spans().slice(0, 3), [['queued', 0, 0, 10], ['posted', 0, 10, 100], ['ran', 0, 100, 150]]);
});

test('a worker that cannot say when it began did so as soon as it could', () => {
  const { at, spans } = scene();
  at(10).sent(3, 1, [task(0), task(1)]);
  const unknown = { ...reply(0, [[0, COMPLETED, [0, 20, 0]]]), began: 0 };
  at(90).answered(3, 1, unknown);
  at(95).answered(3, 1, { ...unknown, ...reply(0, [[1, COMPLETED, [0, 40, 0]]]), began: 0 });
  assert.deepEqual(spans().filter(([phase]) => phase === 'ran'), [['ran', 0, 10, 30], ['ran', 1, 30, 70]]);
});

test('a reply that would end after it came is moved, as a whole', () => {
  const { at, spans } = scene();
  at(0).sent(3, 1, [task(0), task(1)]);
  at(100).answered(3, 1, reply(90, [[0, COMPLETED, [0, 30, 0]], [1, COMPLETED, [0, 40, 0]]]));
  assert.deepEqual(spans().filter(([phase]) => phase === 'ran'), [['ran', 0, 30, 60], ['ran', 1, 60, 100]]);
});

test('an answer to nothing takes its time', () => {
  const { at, spans } = scene();
  at(10).sent(3, 1, [task(0)]);
  at(20).sent(3, 1, [task(1)]);
  at(200).answered(3, 1, reply(0, [[7, COMPLETED, [0, 30, 0]], [1, COMPLETED, [0, 20, 0]]]));
  assert.deepEqual(spans().filter(([phase]) => phase === 'ran'), [['ran', 1, 50, 70]]);
});

test('an answer to nothing draws nothing, and nothing is drawn of what has settled', () => {
  const { at, spans } = scene();
  at(9).answered(3, 1, reply(5, [[0, COMPLETED, [0, 0, 0]]]));
  at(9).lost(3, 1);
  at(10).sent(3, 1, [task(0)]);
  at(12).answered(3, 1, reply(11, [[7, COMPLETED, [0, 0, 0]]]));
  at(12).answered(3, 2, reply(11, [[0, COMPLETED, [0, 0, 0]]]));
  at(12).answered(3, 1, reply(11, [[0, COMPLETED, [0, 0, 0]]], 2 ** 32));
  at(13).accepted(0);
  at(14).settled(0);
  at(15).sent(3, 1, [task(1)]);
  assert.deepEqual(spans(), []);
});

test('nothing is kept of what has ended', () => {
  const { timeline, at, spans } = scene();
  at(0).accepted(0);
  at(0).accepted(1);
  at(1).sent(3, 1, [task(0), task(1)]);
  at(2).answered(3, 1, reply(1, [[0, COMPLETED, [0, 0, 0]]]));
  assert.deepEqual(held(timeline), { jobs: 2, workers: 1, tasks: 1, spans: 3 });
  at(2).settled(0);
  at(2).settled(1);
  at(3).lost(3, 1);
  assert.deepEqual(held(timeline), { ...NOTHING, spans: 4 });
  spans();
  assert.deepEqual(held(timeline), NOTHING);
});

test('DevTools is told of each span in its words', () => {
  const { at, take } = scene();
  const job = 2 ** 32 + 5;
  at(0).accepted(job);
  at(10).sent(3, 1, [task(7, job)]);
  at(60).answered(3, 1, reply(20, [[7, COMPLETED, [10, 20, 0]]], job));
  const drawn = take();
  const [queued, , ran] = drawn;
  const properties = [['kernel', 'kernel 2'], ['job', '4294967301'], ['chunk', '7']];
  const common = { dataType: 'track-entry', trackGroup: 'story' };
  assert.equal(queued?.name, 'queued · unjank');
  assert.deepEqual(queued?.entry,
    { ...common, track: 'queue', color: 'secondary-light', tooltipText: 'kernel 2, queued', properties });
  assert.equal(ran?.name, 'kernel 2 · unjank');
  assert.deepEqual(ran?.entry, {
    ...common, track: 'worker 3', color: 'primary-dark', tooltipText: 'kernel 2, ran', properties: [...properties, ['worker', '3']],
  });
  assert.deepEqual(drawn.map(({ name, entry }) => [name, entry.track, entry.color]).slice(3), [
    ['copied in · unjank', 'worker 3', 'tertiary'],
    ['computed · unjank', 'worker 3', 'primary'],
    ['returned · unjank', 'queue', 'tertiary-light'],
  ]);
});

test('a chart is not worth an error', () => {
  const { timeline, clock, at } = scene();
  clock.measure = () => { throw new Error('no'); };
  at(0).accepted(0);
  at(1).sent(3, 1, [task(0)]);
  timeline.draw();
  assert.equal(held(timeline).spans, 0);
});

test('what is drawn may have work done that is drawn', () => {
  const { timeline, clock, at, spans } = scene();
  const { measure } = clock;
  clock.measure = (...all) => {
    clock.measure = measure;
    at(5).sent(3, 1, [task(1)]);
    timeline.draw();
    measure(...all);
  };
  at(0).accepted(0);
  at(1).sent(3, 1, [task(0)]);
  assert.deepEqual(spans().sort(), [['queued', 0, 0, 1], ['queued', 1, 1, 5]]);
});

// ---- The property

/** @param {number} seed */
function generator(seed) {
  let state = seed;
  /** @param {number} below */
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * below);
  };
}

/**
 * A worker: messages that it has not answered, and when it had done with what it has: not before `free`, and by
 * `idle`.
 *
 * @typedef {{ generation: number, sent: { job: number, index: number, at: number }[][], free: number, idle: number }} Seen
 */

/** What a page may see of its pool, and what it has to see drawn. */
class Page {
  /** Since when each job waits. @type {Map<number, number>} */
  waiting = new Map();
  /** @type {Seen[]} */
  workers = [0, 1].map(() => ({ generation: 1, sent: [], free: 0, idle: 0 }));
  now = 1000;
  jobs = 0;
  tasks = 0;
  #scene = scene();

  /** @param {(below: number) => number} random */
  constructor(random) {
    this.random = random;
  }

  get timeline() {
    return this.#scene.at(this.now);
  }

  /** By task, what was drawn since the last look, in the order in which it was. */
  drawn() {
    /** @type {Map<string, Drawn[]>} */
    const drawn = new Map();
    for (const span of this.#scene.take()) {
      const [, [, job], [, index]] = span.entry.properties;
      drawn.set(`${job}:${index}`, [...drawn.get(`${job}:${index}`) ?? [], span]);
    }
    return drawn;
  }

  /** Something happens, a little later or at once. */
  step() {
    this.now += this.random(3) && this.random(2000);
    const slot = this.random(2);
    const happens = [this.accept, this.send, this.send, this.answer, this.answer, this.answer, this.settle, this.lose];
    const happened = happens[this.random(happens.length)] ?? this.lose;
    // Workers last.
    if (happened !== this.lose || !this.random(4)) happened.call(this, slot);
  }

  accept() {
    this.waiting.set(this.jobs, this.now);
    this.timeline.accepted(this.jobs);
    this.jobs += 1;
  }

  settle() {
    const [job] = this.waiting.keys();
    if (job === undefined) return;
    this.waiting.delete(job);
    this.timeline.settled(job);
  }

  /** Of jobs that have settled, too: they may not be drawn as waiting. @param {number} slot */
  send(slot) {
    const worker = /** @type {Seen} */ (this.workers[slot]);
    const at = this.now;
    const tasks = Array.from({ length: 1 + this.random(3) }, () => task((this.tasks += 1), this.random(this.jobs + 1)));
    this.now += this.random(3);
    const begun = Math.round(ORIGIN * 1000) + at;
    this.timeline.sent(slot, worker.generation, tasks, begun);
    const drawn = this.drawn();
    for (const { job, index } of tasks) {
      const since = this.waiting.get(job);
      if (since !== undefined) this.waiting.set(job, at);
      if (since !== undefined && since < at) expect(drawn, { job, index }, [['queued', 'queue', since, at]]);
    }
    worker.sent.push(tasks.map(({ job, index }) => ({ job, index, at })));
    assert.equal(drawn.size, 0);
  }

  /** A message is answered by one reply or more. @param {number} slot */
  answer(slot) {
    const worker = /** @type {Seen} */ (this.workers[slot]);
    const { sent, idle } = worker;
    const answered = sent[0]?.splice(0, 1 + this.random(4)) ?? [];
    const [first] = answered;
    if (!first) return;
    if (sent[0]?.length === 0) sent.shift();
    const parts = () => [0, 1, 2].map(() => this.random(8) ? this.random(300) : this.random(2 ** 32));
    const answers = answered.map((of) => ({ ...of, verdict: this.random(7), times: parts() }));
    const total = answers.flatMap(({ times }) => times).reduce((sum, part) => sum + part, 0);
    const began = this.#claim(first.at);
    const isHonest = began >= Math.max(first.at, idle) && began + total <= this.now;
    this.timeline.answered(slot, worker.generation, {
      began: Math.max(0, Math.round(ORIGIN * 1000) + began),
      answers: Uint32Array.from(answers.flatMap(({ job, index, verdict, times }) =>
        [job, 0, index, verdict, 0, ...times, ...Array(8).fill(0)])),
    });
    const drawn = this.drawn();
    let moment = isHonest ? began : undefined;
    for (const { job, index, at, verdict, times } of answers) {
      const length = times.reduce((sum, part) => sum + part, 0);
      if (verdict === PANICKED || verdict === BROKEN) {
        if (this.waiting.has(job)) this.waiting.set(job, this.now);
        expect(drawn, { job, index }, [['lost', 'queue', at, this.now]]);
      } else {
        const own = drawn.get(`${job}:${index}`) ?? [];
        drawn.delete(`${job}:${index}`);
        worker.free = expectRun(own, slot, at, this.now, worker.free);
        if (moment !== undefined) assert.equal(worker.free, moment + length, 'it ended when it says');
      }
      if (moment !== undefined) moment += length;
    }
    worker.free = moment ?? worker.free;
    worker.idle = moment ?? this.now;
    assert.equal(drawn.size, 0);
  }

  /** When a worker says that it began, on the page's clock. @param {number} sent */
  #claim(sent) {
    const kind = this.random(4);
    if (kind === 0) return this.random(2 ** 32) * 2 ** 20 - 2 ** 51;
    return sent + this.random(kind === 1 ? 4000 : 300) - 200;
  }

  /** @param {number} slot */
  lose(slot) {
    const worker = /** @type {Seen} */ (this.workers[slot]);
    this.timeline.lost(slot, worker.generation);
    const drawn = this.drawn();
    for (const { job, index, at } of worker.sent.flat()) {
      if (this.waiting.has(job)) this.waiting.set(job, this.now);
      expect(drawn, { job, index }, [['lost', 'queue', at, this.now]]);
    }
    assert.equal(drawn.size, 0);
    this.workers[slot] = { generation: worker.generation + 1, sent: [], free: 0, idle: 0 };
  }

  /** All ends. */
  end() {
    this.lose(0);
    this.lose(1);
    while (this.waiting.size > 0) this.settle();
  }
}

/**
 * @param {Map<string, Drawn[]>} drawn from which they are taken
 * @param {{ job: number, index: number }} task
 * @param {[phase: string, track: string, start: number, end: number][]} expected
 */
function expect(drawn, { job, index }, expected) {
  const own = drawn.get(`${job}:${index}`) ?? [];
  drawn.delete(`${job}:${index}`);
  assert.deepEqual(own.map(({ phase, entry, start, end }) => [phase, entry.track, start, end]), expected);
}

/**
 * A task's phases follow each other from when it was sent until its answer was taken, each where it belongs, with
 * no time between and none twice.
 *
 * @param {Drawn[]} own
 * @param {number} slot
 * @param {number} sent
 * @param {number} now
 * @param {number} free
 * @returns {number} when it ended
 */
function expectRun(own, slot, sent, now, free) {
  const [ran, ...others] = own.filter(({ phase }) => phase === 'ran');
  assert.ok(ran && others.length === 0, 'it ran once');
  assert.ok(ran.start >= free, 'it began before the one before it ended');
  const phases = ['posted', 'copied in', 'computed', 'copied out', 'returned'];
  let moment = sent;
  let place = -1;
  for (const { phase, start, end, entry } of own) {
    const isWorkers = phase !== 'posted' && phase !== 'returned';
    assert.equal(entry.track, isWorkers ? `worker ${slot}` : 'queue');
    if (phase === 'ran') continue;
    assert.ok(start === moment && start < end && phases.indexOf(phase) > place, `${phase} from ${start} to ${end}`);
    if (isWorkers) assert.ok(start >= ran.start && end <= ran.end);
    moment = end;
    place = phases.indexOf(phase);
  }
  assert.equal(moment, now);
  return ran.end;
}

test('phases stand in order whatever the clocks say, and nothing is left', (context) => {
  const seed = Number(process.env['UNJANK_SEED'] ?? Date.now() % 2 ** 31);
  context.diagnostic(`UNJANK_SEED=${seed}`);
  const random = generator(seed);
  for (let round = 0; round < 3000; round += 1) {
    const page = new Page(random);
    try {
      for (let step = 5 + random(40); step > 0; step -= 1) page.step();
      page.end();
      // The inspector takes longer than the round.
      if (round % 50 === 0) assert.deepEqual(held(page.timeline), NOTHING);
    } catch (error) {
      throw new Error(`round ${round} of UNJANK_SEED=${seed}: ${/** @type {Error} */ (error).stack}`);
    }
  }
});

// ---- In a pool

/**
 * What is drawn while some work is done, of which nothing is kept.
 *
 * @param {() => Promise<void>} work
 */
async function watched(work) {
  /** @type {Set<Timeline>} */
  const timelines = new Set();
  const { accepted } = Timeline.prototype;
  Timeline.prototype.accepted = function (/** @type {number} */ job) {
    timelines.add(this);
    accepted.call(this, job);
  };
  /** @type {{ name: string, start: number, end: number, devtools: any }[]} */
  const drawn = [];
  const { measure } = performance;
  performance.measure = /** @type {any} */ ((/** @type {string} */ name, /** @type {any} */ options) => {
    drawn.push({ name, ...options, ...options.detail });
    return measure.call(performance, name, options);
  });
  try {
    await work();
  } finally {
    performance.measure = measure;
    Timeline.prototype.accepted = accepted;
  }
  for (const timeline of timelines) assert.deepEqual(held(timeline), NOTHING);
  assert.deepEqual(performance.getEntriesByType('measure'), []);
  return drawn;
}

/** @param {boolean | string | undefined} timeline */
async function worked(timeline) {
  const { world, noise } = await import('./world.js');
  return watched(async () => {
    const { pool } = await world({ timeline });
    await pool.run('invert', {}, noise(64));
    await pool.mapChunks('invert', {}, noise(1 << 20), { stride: 1 << 10, chunkUnits: 256 }).gather();
    await pool.close();
  });
}

test('a pool draws all that its tasks go through, with none of it late', async () => {
  const drawn = await worked('mine');
  const runs = drawn.filter(({ name }) => name === 'invert · unjank');
  assert.deepEqual(runs.map(({ devtools }) => devtools.properties[2][1]), ['0', '0', '1', '2', '3']);
  for (const { devtools: { properties } } of runs) {
    const own = drawn.filter(({ devtools }) => ['1', '2'].every((at) =>
      devtools.properties[at][1] === properties[at][1]) && devtools.trackGroup === 'mine');
    const names = own.map(({ name }) => name.split(' ·')[0]);
    assert.ok(names.includes('queued') && names.includes('posted') && names.includes('returned'), names.join());
    const chain = own.filter(({ name }) => name !== 'invert · unjank');
    chain.slice(1).forEach(({ start }, index) => assert.equal(start, chain[index]?.end));
  }
});

test('what takes long to post is drawn as posted since then', async () => {
  const { world, noise } = await import('./world.js');
  let called = 0;
  const drawn = await watched(async () => {
    const { pool, workers: [worker] } = await world({ timeline: true });
    assert.ok(worker);
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (...message) => {
      called = performance.now();
      post(...message);
      while (performance.now() < called + 5);
    };
    await pool.run('invert', {}, noise(64));
    await pool.close();
  });
  const posted = drawn.find(({ name }) => name === 'posted · unjank');
  assert.ok(posted && posted.start <= called + 0.001, `${posted?.start} is after ${called}`);
});

test('a pool that nobody watches draws nothing', async () => {
  assert.deepEqual(await worked(undefined), []);
  assert.deepEqual(await worked(false), []);
});

test('what could not be sent was not', async () => {
  const { world, noise } = await import('./world.js');
  const drawn = await watched(async () => {
    const { pool } = await world({ timeline: true });
    const bytes = noise(1 << 20);
    const job = pool.run('invert', {}, bytes, { transfer: false });
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    await assert.rejects(job, { code: 'undeliverable' });
    await pool.close();
  });
  assert.deepEqual(drawn, []);
});

test('a pool draws what a crash undid as lost', async () => {
  const { world, noise } = await import('./world.js');
  const drawn = await watched(async () => {
    const { pool, workers } = await world({ timeline: true });
    const job = pool.run('invert', {}, noise(1 << 20), { transfer: false });
    while (workers[0]?.movedBytes === 0) await new Promise((done) => { queueMicrotask(() => done(undefined)); });
    workers[0]?.crash('boom');
    await job;
    await pool.close();
  });
  const count = (/** @type {string} */ word) => drawn.filter(({ name }) => name === `${word} · unjank`).length;
  assert.deepEqual(['queued', 'lost', 'invert'].map(count), [2, 1, 1]);
});
