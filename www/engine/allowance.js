/** Events after which a page may not run, and those that tell that it does again. */
const LEAVE = ['freeze', 'pagehide'];
const RETURN = ['resume', 'pageshow'];

/** What is left of a time limit. It stands still while the page is away, as the pool's own clock does. */
export class Allowance {
  #ms;
  #startedAt = performance.now();
  #away = 0;
  /** @type {number | null} */
  #leftAt = null;
  #listening = new AbortController();

  /** @param {number | undefined} ms undefined: there is no limit */
  constructor(ms) {
    this.#ms = ms;
    if (ms === undefined) return;
    const { signal } = this.#listening;
    for (const target of [globalThis, document]) {
      for (const name of LEAVE) target.addEventListener(name, () => this.#leave(), { signal });
      for (const name of RETURN) target.addEventListener(name, () => this.#return(), { signal });
    }
  }

  #leave() {
    this.#leftAt ??= performance.now();
  }

  #return() {
    if (this.#leftAt !== null) this.#away += performance.now() - this.#leftAt;
    this.#leftAt = null;
  }

  /** At least 0; undefined when there is no limit. */
  get leftMs() {
    if (this.#ms === undefined) return undefined;
    const now = this.#leftAt ?? performance.now();
    return Math.max(0, this.#ms - (now - this.#startedAt - this.#away));
  }

  /** Stops listening. */
  end() {
    this.#listening.abort();
  }
}
