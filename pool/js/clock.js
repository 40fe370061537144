/**
 * Milliseconds since it was made, less those in which the page was frozen or in the back/forward cache: a
 * deadline doesn't pass while nothing could run.
 */
export class Clock {
  /** Milliseconds of all absences that have ended, and from the page's beginning to the clock's. */
  #away = performance.now();
  /** When the present absence began. */
  #since = NaN;
  #stop = new AbortController();

  /** @param {() => void} onReturn the page runs again */
  constructor(onReturn) {
    const leave = () => {
      if (Number.isNaN(this.#since)) this.#since = performance.now();
    };
    const enter = () => {
      if (Number.isNaN(this.#since)) return;
      this.#away += performance.now() - this.#since;
      this.#since = NaN;
      onReturn();
    };
    // After the first two a page may not run, and the others tell that it does again.
    /** @type {{ [name: string]: () => void }} */
    const events = { pagehide: leave, freeze: leave, pageshow: enter, resume: enter };
    for (const target of [globalThis, globalThis.document]) {
      for (const name in events) target?.addEventListener?.(name, /** @type {() => void} */ (events[name]), this.#stop);
    }
  }

  now() {
    const now = Number.isNaN(this.#since) ? performance.now() : this.#since;
    return Math.max(0, now - this.#away);
  }

  /** No event reaches it any more. */
  stop() {
    this.#stop.abort();
  }
}
