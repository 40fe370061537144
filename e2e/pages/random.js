// @ts-check
/** Random numbers that can be drawn again: the seed is in the page's address, or else by chance. */

/** @returns {number} */
export function seedOfPage() {
  const given = new URLSearchParams(location.search).get('seed');
  return given ? Number(given) : Math.floor(Math.random() * 2 ** 32);
}

/** Mulberry32, by Tommy Ettinger: 32 bits of state, good enough to mix things up. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, and without, 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /**
   * From 0 up to, and without, `end`.
   * @param {number} end
   */
  below(end) {
    return Math.floor(this.next() * end);
  }

  /** @param {number} chance */
  happens(chance) {
    return this.next() < chance;
  }

  /**
   * @template Item
   * @param {readonly Item[]} items
   * @returns {Item}
   */
  pick(items) {
    return /** @type {Item} */ (items[this.below(items.length)]);
  }

  /**
   * One of the keys, as often as its weight says.
   * @param {Readonly<Record<string, number>>} weights
   */
  weighted(weights) {
    let rest = this.next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const [key, weight] of Object.entries(weights)) {
      rest -= weight;
      if (rest < 0) return key;
    }
    return /** @type {string} */ (Object.keys(weights).at(-1));
  }

  /**
   * A length, small ones as likely as large ones.
   * @param {number} most
   */
  length(most) {
    return Math.floor(Math.exp(this.next() * Math.log(most + 1))) - 1;
  }
}
