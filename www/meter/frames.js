/** A paint may never come in a hidden page; nobody waits for it longer than this. */
const NO_PAINT_MS = 300;

/** The one `requestAnimationFrame` loop of the page. */
export class Frames {
  /** @type {((now: number) => void)[]} */
  #listeners = [];
  /** @type {((now: number) => void)[]} */
  #taking = [];
  #turn = 0;

  start() {
    /** @param {number} now */
    const frame = (now) => {
      requestAnimationFrame(frame);
      for (const listener of this.#listeners) listener(now);
      this.#turn += 1;
      this.#taking[this.#turn % this.#taking.length]?.(now);
    };
    requestAnimationFrame(frame);
  }

  /** @param {(now: number) => void} listener called once per frame with its time in ms */
  each(listener) {
    this.#listeners.push(listener);
  }

  /**
   * For what takes the page a while to show: however much there is, a frame has one of it.
   * @param {(now: number) => void} listener called in turn with the others, one a frame
   */
  inTurn(listener) {
    this.#taking.push(listener);
  }
}

/**
 * Settles when what has been changed so far is on the screen: the task after the next frame.
 * @returns {Promise<void>}
 */
export function painted() {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, NO_PAINT_MS);
    requestAnimationFrame(() => {
      clearTimeout(patience);
      setTimeout(resolve, 0);
    });
  });
}
