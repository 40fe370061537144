/**
 * Makes what was asked for last: of what is asked for while something is made, all but the newest is dropped. What has
 * begun is finished, so that there is something to see however fast one asks.
 * @template Wish
 */
export class Follower {
  #make;
  /** @type {Wish | null} */
  #next = null;
  /** @type {Promise<void> | null} */
  #going = null;

  /** @param {(wish: Wish) => Promise<void>} make */
  constructor(make) {
    this.#make = make;
  }

  /**
   * @param {Wish} wish
   * @returns {Promise<void>} settles when it, or a newer one, was made; rejects with what went wrong
   */
  follow(wish) {
    this.#next = wish;
    this.#going ??= this.#go().finally(() => {
      this.#going = null;
    });
    return this.#going;
  }

  async #go() {
    for (let wish; (wish = this.#next) !== null;) {
      this.#next = null;
      await this.#make(wish);
    }
  }

  /** Nothing more is made; settles when what had begun is. */
  async end() {
    this.#next = null;
    await this.#going?.catch(() => undefined);
  }
}
