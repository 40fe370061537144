/** A paint may never come in a hidden page; nobody waits for it longer than this. */
const NO_PAINT_MS = 300;

/** The one `requestAnimationFrame` loop of the page. */
export class Frames {
  /** @type {((now: number) => void)[]} */
  #listeners = [];

  start() {
    /** @param {number} now */
    const frame = (now) => {
      requestAnimationFrame(frame);
      for (const listener of this.#listeners) listener(now);
    };
    requestAnimationFrame(frame);
  }

  /** @param {(now: number) => void} listener called once per frame with its time in ms */
  each(listener) {
    this.#listeners.push(listener);
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
