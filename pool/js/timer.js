/// <reference path="./hosts.d.ts" />

/** Milliseconds that a timer waits at most: more would be taken for none. */
const LONGEST = 2 ** 31 - 1;

/** Calls in a turn of the event loop of its own, soon and without the delay of a timer. */
export class NextTurn {
  #channel = new MessageChannel();

  /** @param {() => void} call */
  constructor(call) {
    this.#channel.port1.onmessage = call;
    // It holds no process: who wants something of a pool sees to that.
    this.#channel.port1.unref?.();
  }

  ask() {
    this.#channel.port2.postMessage(0);
  }

  stop() {
    this.#channel.port1.onmessage = null;
    this.#channel.port1.close();
  }
}

/** Comes back in such a turn. @returns {Promise<void>} */
export function nextTurn() {
  // One channel used again and again would come before others in some hosts.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/**
 * One timer, used again and again. It may fire earlier than it was last asked to, never later: arming it anew for
 * a later time would cost two calls a turn.
 */
export class Timer {
  #clock;
  #fire;
  #at = Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #armed;

  /**
   * @param {{ now(): number }} clock
   * @param {() => void} fire
   */
  constructor(clock, fire) {
    this.#clock = clock;
    this.#fire = () => {
      this.stop();
      fire();
    };
  }

  /** @param {number} at in milliseconds on the clock; Infinity: not at all */
  arm(at) {
    if (at >= this.#at) return;
    this.stop();
    this.#at = at;
    const ms = Math.ceil(at - this.#clock.now());
    this.#armed = setTimeout(this.#fire, Math.min(Math.max(0, ms), LONGEST));
    this.#armed.unref?.();
  }

  stop() {
    clearTimeout(this.#armed);
    this.#at = Infinity;
  }
}
