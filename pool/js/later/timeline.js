/**
 * What each task goes through, on tracks of their own in DevTools: moments in, spans out.
 *
 * @typedef {{ job: number, index: number, kernel: number }} Task
 * @typedef {Task & { at: number }} Sent
 * @typedef {'queued' | 'posted' | 'ran' | 'copied in' | 'computed' | 'copied out' | 'returned' | 'lost'} Phase
 * @typedef {[phase: Phase, start: number, end: number]} Span in milliseconds on the page's clock
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

/**
 * One entry for each job that has not settled and one for each task on a worker. Spans are drawn at once.
 */
export class Timeline {
  #heading;
  #nameOf;
  #clock;
  /** Since when each job waits for its next task to be sent. @type {Map<number, number>} */
  #waiting = new Map();
  /** @type {Map<string, Desk>} By slot and generation. */
  #desks = new Map();

  /**
   * @param {string} heading what the tracks stand under
   * @param {(kernel: number) => string} nameOf
   * @param {Pick<Performance, 'now' | 'timeOrigin' | 'measure' | 'clearMeasures'>} [clock]
   */
  constructor(heading, nameOf, clock = performance) {
    this.#heading = heading;
    this.#nameOf = nameOf;
    this.#clock = clock;
  }

  /** @param {number} job */
  accepted(job) {
    this.#waiting.set(job, this.#clock.now());
  }

  /** @param {number} job */
  settled(job) {
    this.#waiting.delete(job);
  }

  /**
   * @param {number} slot
   * @param {number} generation
   * @param {Task[]} tasks
   */
  sent(slot, generation, tasks) {
    const now = this.#clock.now();
    const desk = this.#desks.get(`${slot}.${generation}`) ?? { sent: [], free: 0 };
    this.#desks.set(`${slot}.${generation}`, desk);
    for (const task of tasks) {
      const since = this.#queueAgain(task.job, now);
      if (since !== undefined) this.#draw(task, undefined, [['queued', since, now]]);
      desk.sent.push({ ...task, at: now });
    }
  }

  /**
   * A reply that the page takes now.
   *
   * @param {number} slot
   * @param {number} generation
   * @param {{ began: number, answers: Uint32Array }} reply when its first task began, in microseconds since the
   *   epoch, and the words of its answers
   */
  answered(slot, generation, { began, answers }) {
    const desk = this.#desks.get(`${slot}.${generation}`);
    if (!desk) return;
    const now = this.#clock.now();
    const rows = rowsOf(answers);
    let moment = beginning(desk, rows, began / 1000 - this.#clock.timeOrigin, now);
    for (const { job, index, verdict, times } of rows) {
      const run = runOf(moment, times, now);
      moment = run[3];
      const sent = take(desk, job, index);
      if (!sent) continue;
      if (TRAPS.includes(verdict)) this.#lose(slot, sent, now);
      else this.#draw(sent, slot, phasesOf(run, sent.at, now));
    }
    desk.free = moment;
  }

  /**
   * @param {number} slot
   * @param {number} generation
   */
  lost(slot, generation) {
    const desk = this.#desks.get(`${slot}.${generation}`);
    this.#desks.delete(`${slot}.${generation}`);
    const now = this.#clock.now();
    desk?.sent.forEach((sent) => this.#lose(slot, sent, now));
  }

  /** A task is sent again, or its job settles. @param {number} slot @param {Sent} sent @param {number} now */
  #lose(slot, sent, now) {
    this.#draw(sent, slot, [['lost', sent.at, now]]);
    this.#queueAgain(sent.job, now);
  }

  /** From now on the job waits for its next task to be sent. Says since when it did. @param {number} job @param {number} now */
  #queueAgain(job, now) {
    const since = this.#waiting.get(job);
    if (since !== undefined) this.#waiting.set(job, now);
    return since;
  }

  /**
   * What took no time is not drawn, but for the run itself: every task has one, or was lost.
   *
   * @param {Task} task
   * @param {number | undefined} slot
   * @param {Span[]} spans
   */
  #draw(task, slot, spans) {
    for (const [phase, start, end] of spans) {
      if (start >= end && phase !== 'ran' && phase !== 'lost') continue;
      const kernel = this.#nameOf(task.kernel);
      const name = (phase === 'ran' ? kernel : phase) + OURS;
      const detail = { devtools: this.#entry(kernel, phase, task, slot) };
      // A chart is not worth an error.
      try {
        this.#clock.measure(name, { start, end: Math.max(start, end), detail });
        // A recording has it by then, and it would be kept for as long as the page lives.
        this.#clock.clearMeasures(name);
      } catch {}
    }
  }

  /**
   * What DevTools reads: see its performance extensibility API.
   *
   * @param {string} kernel
   * @param {Phase} phase
   * @param {Task} task
   * @param {number | undefined} slot
   */
  #entry(kernel, phase, { job, index }, slot) {
    const isWorkers = slot !== undefined && OF_WORKER.includes(phase);
    return {
      dataType: 'track-entry',
      trackGroup: this.#heading,
      track: isWorkers ? `worker ${slot}` : 'queue',
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
 */
function rowsOf(words) {
  return Array.from({ length: words.length / ANSWER }, (_, row) => {
    const [low = 0, high = 0, index = 0, verdict = 0, , ...parts] = words.subarray(ANSWER * row, ANSWER * row + 8);
    return { job: high * 2 ** 32 + low, index, verdict, times: parts.map((micros) => micros / 1000) };
  });
}

/**
 * When the first task of a reply began. The two clocks may differ a little, and are coarse; but a worker does one
 * thing after the other, nothing before it was sent, and all of it before the page hears of it. So a reply that
 * seems to be elsewhere is moved, as a whole.
 *
 * @param {Desk} desk
 * @param {{ job: number, index: number, times: number[] }[]} rows
 * @param {number} began
 * @param {number} now
 */
function beginning({ sent, free }, rows, began, now) {
  const first = rows.map(({ job, index }) => sent.find((task) => task.job === job && task.index === index)).find(Boolean);
  const length = rows.flatMap(({ times }) => times).reduce((sum, part) => sum + part, 0);
  return Math.min(now, Math.max(Math.min(began, now - length), first?.at ?? 0, free));
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
 * @param {[number, number, number, number]} run
 * @param {number} sent
 * @param {number} now
 * @returns {Span[]}
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

/**
 * Tasks are answered in the order in which they were sent: it is among the first.
 *
 * @param {Desk} desk
 * @param {number} job
 * @param {number} index
 */
function take({ sent }, job, index) {
  const at = sent.findIndex((task) => task.job === job && task.index === index);
  return at < 0 ? undefined : sent.splice(at, 1)[0];
}
