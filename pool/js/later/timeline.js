/**
 * What each task goes through, on tracks of their own in DevTools: moments in, spans out. Moments are whole
 * microseconds since the Unix epoch.
 *
 * @typedef {{ job: number, index: number, kernel: number }} Task
 * @typedef {Task & { at: number }} Sent
 * @typedef {'queued' | 'posted' | 'ran' | 'copied in' | 'computed' | 'copied out' | 'returned' | 'lost'} Phase
 *
 * @typedef {object} Span
 * @property {Phase} phase
 * @property {Task} task
 * @property {number | undefined} slot of the worker that has the task; none while it is queued
 * @property {number} start
 * @property {number} end
 *
 * @typedef {object} Row an answer
 * @property {number} job
 * @property {number} index
 * @property {number} verdict
 * @property {number[]} times copying in, computing, copying out
 *
 * @typedef {object} Desk what lies before one worker
 * @property {Sent[]} sent
 * @property {number} free when the last task that it answered for ended
 */

/** Behind each measure's name, so that none is taken for one of the page's own: those stay. */
const OURS = ' · unjank';

/** Words of an answer, and verdicts after which nothing is left of the run: the instance went with it. */
const ANSWER = 16;
const TRAPS = [3, 5];

/**
 * Colours of DevTools' palette: light while a task waits, full while it is worked on.
 *
 * @type {Record<Phase, string>}
 */
const COLOURS = {
  queued: 'secondary-light',
  posted: 'primary-light',
  ran: 'primary-dark',
  'copied in': 'tertiary',
  computed: 'primary',
  'copied out': 'tertiary',
  returned: 'tertiary-light',
  lost: 'error',
};

/** Phases in the hands of a worker, which does one thing at a time. */
const OF_WORKER = ['ran', 'copied in', 'computed', 'copied out'];

/** One entry for each job that has not settled, one for each task on a worker, and the spans of one turn. */
export class Timeline {
  #heading;
  #nameOf;
  #clock;
  /** When the page's clock began. */
  #origin;
  /** Since when each job waits for its next task to be sent. @type {Map<number, number>} */
  #waiting = new Map();
  /** @type {Map<string, Desk>} By slot and generation. */
  #desks = new Map();
  /** @type {Span[]} What is not drawn yet. */
  #spans = [];

  /**
   * @param {string} heading what the tracks stand under
   * @param {(kernel: number) => string} nameOf
   * @param {Pick<Performance, 'now' | 'timeOrigin' | 'measure' | 'clearMeasures'>} [clock]
   */
  constructor(heading, nameOf, clock = performance) {
    this.#heading = heading;
    this.#nameOf = nameOf;
    this.#clock = clock;
    this.#origin = Math.round(clock.timeOrigin * 1000);
  }

  /** By the clock that workers tell by when they began. */
  now() {
    return Math.round((this.#clock.timeOrigin + this.#clock.now()) * 1000);
  }

  /** @param {number} job */
  accepted(job) {
    this.#waiting.set(job, this.now());
  }

  /** @param {number} job */
  settled(job) {
    this.#waiting.delete(job);
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {Task[]} tasks
   * @param {number} [at] the moment before they were: a worker may be at work before the page goes on
   */
  sent(slot, generation, tasks, at = this.now()) {
    const worker = `${slot}.${generation}`;
    const desk = this.#desks.get(worker) ?? { sent: [], free: 0 };
    this.#desks.set(worker, desk);
    for (const task of tasks) {
      const since = this.#queueAgain(task.job, at);
      if (since !== undefined) this.#add(task, undefined, [['queued', since, at]]);
      desk.sent.push({ ...task, at });
    }
  }

  /**
   * A reply that the page takes now.
   *
   * @param {number} slot
   * @param {number} generation
   * @param {{ began: number, answers: Uint32Array }} reply when its first task began, and the words of its answers
   */
  answered(slot, generation, { began, answers }) {
    const desk = this.#desks.get(`${slot}.${generation}`);
    if (!desk) return;
    const now = this.now();
    const rows = rowsOf(answers);
    let moment = beginning(desk, rows, began, now);
    for (const row of rows) {
      const run = runOf(moment, row.times, now);
      moment = run[3];
      const sent = take(desk, row);
      if (!sent) continue;
      if (TRAPS.includes(row.verdict)) this.#lose(slot, sent, now);
      else this.#add(sent, slot, phasesOf(run, sent.at, now));
    }
    desk.free = moment;
  }

  /** A worker is gone. @param {number} slot @param {number} generation */
  lost(slot, generation) {
    const worker = `${slot}.${generation}`;
    const desk = this.#desks.get(worker);
    this.#desks.delete(worker);
    const now = this.now();
    desk?.sent.forEach((sent) => this.#lose(slot, sent, now));
  }

  /** Draws what is not drawn yet: once workers have what they wait for. */
  draw() {
    const spans = this.#spans;
    this.#spans = [];
    spans.forEach((span) => this.#measure(span));
  }

  /** A task is sent again, or its job settles. @param {number} slot @param {Sent} sent @param {number} now */
  #lose(slot, sent, now) {
    this.#add(sent, slot, [['lost', sent.at, now]]);
    this.#queueAgain(sent.job, now);
  }

  /** From now on the job waits for its next task to be sent. Says since when it did. @param {number} job @param {number} now */
  #queueAgain(job, now) {
    const since = this.#waiting.get(job);
    if (since !== undefined) this.#waiting.set(job, now);
    return since;
  }

  /**
   * What took no time is left out, but for the run itself: every task has one, or was lost.
   *
   * @param {Task} task
   * @param {number | undefined} slot
   * @param {[phase: Phase, start: number, end: number][]} phases
   */
  #add(task, slot, phases) {
    for (const [phase, start, end] of phases) {
      if (start < end || phase === 'ran' || phase === 'lost') this.#spans.push({ phase, task, slot, start, end });
    }
  }

  /** @param {Span} span */
  #measure(span) {
    const { phase, task } = span;
    const kernel = this.#nameOf(task.kernel);
    const name = (phase === 'ran' ? kernel : phase) + OURS;
    const detail = { devtools: this.#entry(kernel, span) };
    const [start = 0, end = 0] = [span.start, span.end].map((moment) => (moment - this.#origin) / 1000);
    // A chart is not worth an error.
    try {
      this.#clock.measure(name, { start, end, detail });
      // A recording has it by then, and it would be kept for as long as the page lives.
      this.#clock.clearMeasures(name);
    } catch {}
  }

  /**
   * What DevTools reads: see its performance extensibility API.
   *
   * @param {string} kernel
   * @param {Span} span
   */
  #entry(kernel, { phase, task: { job, index }, slot }) {
    return {
      dataType: 'track-entry',
      trackGroup: this.#heading,
      track: OF_WORKER.includes(phase) ? `worker ${slot}` : 'queue',
      color: COLOURS[phase],
      tooltipText: `${kernel}, ${phase}`,
      properties: [
        ['kernel', kernel], ['job', String(job)], ['chunk', String(index)],
        ...(slot === undefined ? [] : [['worker', String(slot)]]),
      ],
    };
  }
}

/**
 * Answers, as the wire has them.
 *
 * @param {Uint32Array} words
 * @returns {Row[]}
 */
function rowsOf(words) {
  return Array.from({ length: words.length / ANSWER }, (_, row) => {
    const [low = 0, high = 0, index = 0, verdict = 0, , ...times] = words.subarray(ANSWER * row, ANSWER * row + 8);
    return { job: high * 2 ** 32 + low, index, verdict, times };
  });
}

/**
 * When the first task of a reply began. The two clocks may differ a little, and are coarse; but a worker does one
 * thing after the other, nothing before it was sent, and all of it before the page hears of it. So a reply that
 * seems to be elsewhere is moved, as a whole.
 *
 * @param {Desk} desk
 * @param {Row[]} rows
 * @param {number} began
 * @param {number} now
 */
function beginning(desk, rows, began, now) {
  const first = rows.map((row) => desk.sent[find(desk, row)]).find(Boolean);
  const length = rows.flatMap(({ times }) => times).reduce((sum, part) => sum + part, 0);
  return Math.min(now, Math.max(Math.min(began, now - length), first?.at ?? 0, desk.free));
}

/**
 * One task in the hands of its worker: four moments, in order.
 *
 * @param {number} began
 * @param {number[]} times
 * @param {number} now
 * @returns {[began: number, copiedIn: number, computed: number, end: number]}
 */
function runOf(began, [copyIn = 0, compute = 0, copyOut = 0], now) {
  const copiedIn = Math.min(began + copyIn, now);
  const computed = Math.min(copiedIn + compute, now);
  return [began, copiedIn, computed, Math.min(computed + copyOut, now)];
}

/**
 * What a task went through since it was sent.
 *
 * @param {[began: number, copiedIn: number, computed: number, end: number]} run
 * @param {number} sent
 * @param {number} now
 * @returns {[phase: Phase, start: number, end: number][]}
 */
function phasesOf([began, copiedIn, computed, end], sent, now) {
  return [
    ['posted', sent, began],
    ['ran', began, end],
    ['copied in', began, copiedIn],
    ['computed', copiedIn, computed],
    ['copied out', computed, end],
    ['returned', end, now],
  ];
}

/** @param {Desk} desk @param {Row} row */
function take(desk, row) {
  const at = find(desk, row);
  return at < 0 ? undefined : desk.sent.splice(at, 1)[0];
}

/** Tasks are answered in the order in which they were sent: it is among the first. @param {Desk} desk @param {Row} row */
function find({ sent }, { job, index }) {
  return sent.findIndex((task) => task.job === job && task.index === index);
}
