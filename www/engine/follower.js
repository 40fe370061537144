/**
 * Makes what was asked for last: of what is asked for while something is made, all but the newest is dropped. What has
 * begun is finished, so that there is something to see however fast one asks.
 * @template Wish
 */
export class Follower {
  #make;
  /** What is made next. @type {Wish | null} */
  #next = null;
  /** What is being made. @type {Wish | null} */
  #making = null;
  /** @type {Promise<void> | null} */
  #going = null;
  /** @type {'open' | 'paused'} */
  #state = 'open';

  /** @param {(wish: Wish) => Promise<void>} make */
  constructor(make) {
    this.#make = make;
  }

  /**
   * @param {Wish} wish
   * @returns {Promise<void>} settles when it, or a newer one, was made, at once in a pause; rejects with what went
   *   wrong
   */
  follow(wish) {
    this.#next = wish;
    return this.#go();
  }

  #go() {
    if (this.#state === 'paused') return Promise.resolve();
    this.#going ??= this.#makeAll();
    return this.#going;
  }

  /** It has gone on as soon as nothing is left: what is asked for a moment later goes again. */
  async #makeAll() {
    try {
      for (let wish; this.#state === 'open' && (wish = this.#next) !== null;) {
        [this.#making, this.#next] = [wish, null];
        await this.#make(wish).finally(() => {
          this.#making = null;
        });
      }
    } finally {
      this.#going = null;
    }
  }

  /** What was asked for last, if it is yet to be made. */
  get latest() {
    return this.#next ?? this.#making;
  }

  /** Nobody wants it any more, unless it has begun. */
  forget() {
    this.#next = null;
  }

  /** Makes nothing more until `resume`; settles when what had begun is made. */
  async pause() {
    this.#state = 'paused';
    await this.#going?.catch(() => undefined);
  }

  /** Goes on, with what was asked for meanwhile. */
  resume() {
    this.#state = 'open';
    if (this.#next !== null) void this.#go();
  }
}
