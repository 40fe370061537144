/**
 * A lock that a worker holds for as long as it lives. No event tells of a worker that the browser ended; its
 * lock, free again, does.
 *
 * There is none in Gecko: a lock, even a worker's, keeps a page out of its back/forward cache, which is a price for
 * every user, and Gecko isn't known to end workers.
 */
export class Tether {
  #stop = new AbortController();

  name = `unjank-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

  /** Whether there can be one here. */
  static get isThere() {
    const { navigator } = globalThis;
    return !!navigator?.locks && !/Gecko\//.test(navigator.userAgent);
  }

  /**
   * To be called once the worker holds the lock.
   *
   * @param {() => void} ended the worker is gone
   */
  watch(ended) {
    // Rejected, the wait was given up here.
    navigator.locks.request(this.name, { signal: this.#stop.signal }, ended).catch(() => undefined);
  }

  /** Waits no longer. */
  stop() {
    this.#stop.abort();
  }
}
