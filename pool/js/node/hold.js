import { clearInterval, setInterval } from 'node:timers';

/** @import { AnyPool } from '../types.js' */

/** As long as a timer waits. */
const LONGEST = 2 ** 31 - 1;

/** Holds the process while a pool opens or has jobs: no thread, port or timer of a pool's does by itself. */
export class Hold {
  #timer = setInterval(() => {}, LONGEST);

  /** From here on while there are jobs. @param {AnyPool} pool */
  follow(pool) {
    const timer = this.#timer;
    pool.on('busy', () => timer.ref());
    pool.on('idle', () => timer.unref());
    pool.on('closed', () => this.end());
    timer.unref();
  }

  end() {
    clearInterval(this.#timer);
  }
}
