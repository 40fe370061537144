/** What engines may report. */
const KINDS = ['long-animation-frame', 'longtask'];

/** What they call long. */
export const LONG_MS = 50;

/** Engines report a long frame some time after it was shown. */
const LATENESS_MS = 250;

/** More than a run can have that anybody would read. */
const MOST_KEPT = 200;

/**
 * Both kinds where there are both: of one stall the engine reports the task at once and the frame, which
 * counts what was drawn as well, only when it knows that the frame was shown.
 */
function supportedKinds() {
  const types = globalThis.PerformanceObserver?.supportedEntryTypes ?? [];
  return KINDS.filter((kind) => types.includes(kind));
}

/** Long tasks or frames of the page, as the engine reports them. */
export class LongTasks {
  /** @type {{ start: number, ms: number }[]} */
  #seen = [];
  /** @type {PerformanceObserver | null} */
  #observer = null;
  /** @type {(() => void)[]} */
  #awaiting = [];

  constructor() {
    const kinds = supportedKinds();
    if (kinds.length === 0) return;
    this.#observer = new PerformanceObserver((list) => this.#take(list.getEntries()));
    for (const type of kinds) this.#observer.observe({ type });
  }

  /** False where engines report neither kind. */
  get areReported() {
    return this.#observer !== null;
  }

  /** @param {PerformanceEntryList} entries */
  #take(entries) {
    for (const { startTime, duration } of entries) this.#seen.push({ start: startTime, ms: duration });
    this.#seen.splice(0, this.#seen.length - MOST_KEPT);
    for (const arrived of this.#awaiting.splice(0)) arrived();
  }

  /**
   * Settles with the next report, or when it is too late for one.
   * @returns {Promise<void>}
   */
  next() {
    if (this.#observer === null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#awaiting.push(resolve);
      setTimeout(resolve, LATENESS_MS);
    });
  }

  /**
   * @param {number} from ms, as `performance.now()`
   * @param {number} to
   * @returns {number | null} the longest of those that overlap the span, ms; 0 when none was long; null
   *   when this engine does not report them
   */
  longestWithin(from, to) {
    if (this.#observer === null) return null;
    const during = this.#seen.filter(({ start, ms }) => start < to && start + ms > from);
    return Math.max(0, ...during.map(({ ms }) => ms));
  }
}
