import { mebibytes } from './format.js';
import { element, make } from './page.js';
import { WORKER_COLOURS } from './theme.js';

/** @import { PoolStats, WorkerStats } from '../unjank/index.js' */

/** Often enough to be seen moving, seldom enough to cost nothing. */
const EVERY_MS = 200;

const STATES = { vacant: 'not started', starting: 'starting', idle: 'idle', busy: 'working' };

/**
 * @typedef {object} Row
 * @property {HTMLElement} row
 * @property {HTMLElement} bar
 * @property {HTMLElement} text
 * @property {{ tasks: number, busyMs: number }} before the worker's counts when the run began
 */

/** What each worker does: how busy, how many tasks, how much memory. */
export class WorkerList {
  #list = element('worker-list', HTMLElement);
  #stats;
  /** @type {Row[]} */
  #rows = [];
  #startedAt = 0;
  #endedAt = 0;
  #lastDrawn = 0;

  /** @param {() => PoolStats | null} stats */
  constructor(stats) {
    this.#stats = stats;
  }

  /** A run begins: busy shares count from here. */
  start() {
    this.#startedAt = performance.now();
    this.#endedAt = Infinity;
    const workers = this.#stats()?.workers ?? [];
    this.#rows.forEach((row, slot) => {
      const { tasks = 0, busyMs = 0 } = workers[slot] ?? {};
      row.before = { tasks, busyMs };
    });
  }

  finish() {
    this.#endedAt = performance.now();
    this.#lastDrawn = 0;
  }

  /** @param {number} now called once per frame */
  draw(now) {
    if (now - this.#lastDrawn < EVERY_MS) return;
    this.#lastDrawn = now;
    const workers = this.#stats()?.workers ?? [];
    if (workers.length !== this.#rows.length) this.#rebuild(workers.length);
    const elapsed = Math.max(1, Math.min(this.#endedAt, performance.now()) - this.#startedAt);
    workers.forEach((worker, index) => this.#show(worker, /** @type {Row} */ (this.#rows[index]), elapsed));
  }

  /** @param {number} count */
  #rebuild(count) {
    this.#rows = Array.from({ length: count }, (_, slot) => {
      const row = make('li', 'worker');
      const bar = make('span', 'busy-bar');
      const line = make('span', 'worker-text');
      const text = make('span', '');
      line.append(text);
      bar.setAttribute('aria-hidden', 'true');
      row.style.setProperty('--colour', `var(--worker-${slot % WORKER_COLOURS})`);
      row.append(make('span', 'worker-name', `Worker ${slot + 1}`), bar, line);
      return { row, bar, text, before: { tasks: 0, busyMs: 0 } };
    });
    this.#list.replaceChildren(...this.#rows.map(({ row }) => row));
  }

  /**
   * @param {WorkerStats} worker
   * @param {Row} row
   * @param {number} elapsed
   */
  #show({ state, tasks, busyMs, memoryBytes }, row, elapsed) {
    const isReplaced = tasks < row.before.tasks;
    if (isReplaced) row.before = { tasks: 0, busyMs: 0 };
    const share = this.#startedAt === 0 ? 0 : Math.min(1, (busyMs - row.before.busyMs) / elapsed);
    const done = this.#startedAt === 0 ? 0 : tasks - row.before.tasks;
    row.bar.style.setProperty('--share', share.toFixed(3));
    const busy = `busy ${Math.round(share * 100)} %`;
    const counted = done === 1 ? '1 task' : `${done} tasks`;
    const text = [STATES[state], busy, counted, mebibytes(memoryBytes)].join(' · ');
    if (row.text.textContent !== text) row.text.textContent = text;
  }
}
