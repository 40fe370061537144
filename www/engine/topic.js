/**
 * Something that happens again and again, and those who want to hear of it.
 * @template T
 */
export class Topic {
  /** @type {((value: T) => void)[]} */
  #listeners = [];

  /**
   * @param {(value: T) => void} listener
   * @returns {() => void} stops listening
   */
  listen(listener) {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** @param {T} value */
  tell(value) {
    for (const listener of this.#listeners) listener(value);
  }
}
