/**
 * What workers keep for the page.
 *
 * @import { Residence } from './residence.js'
 *
 * @typedef {[slot: number, generation: number]} WorkerName
 *
 * @typedef {object} Home where a part is
 * @property {WorkerName} worker
 * @property {number} id what it is called there
 * @property {MessagePort} port told `null` when it is to be forgotten
 * @property {number} from the first unit that is there, its context among them
 * @property {number} to the one behind the last
 * @property {number} stride bytes of a unit
 * @property {number} bytes of all of it
 *
 * @typedef {object} Part
 * @property {number} start the first unit that it answers for
 * @property {number} units
 * @property {Home} [home] none: it has to be brought there first
 * @property {Promise<Home>} [coming]
 */

/** How often a part is brought to a worker before it is given up. */
const ATTEMPTS = 8;

/** How many workers it may have killed. */
const SUSPECT = 2;

/** Some data, in parts, each at one worker. It never changes. */
export class Content {
  #residence;
  #bring;
  /** @type {'kept' | 'released'} */
  #state = 'kept';
  /** Work that needs it. */
  #pins = 0;

  /**
   * @param {Residence} residence
   * @param {Part[]} parts
   * @param {(part: Part) => Promise<Home>} bring has a worker keep a part, and claims room for it there
   */
  constructor(residence, parts, bring) {
    this.#residence = residence;
    this.parts = parts;
    this.#bring = bring;
  }

  get isReleased() {
    return this.#state === 'released';
  }

  /** Whether nothing is left of it. */
  get isGone() {
    return this.isReleased && this.#pins === 0;
  }

  /** Has all parts where they belong. */
  async settle() {
    await Promise.all(this.parts.map((part) => this.#homeOf(part)));
  }

  /**
   * Does something where a part is, and again elsewhere if its worker is lost on the way.
   *
   * @param {Part} part
   * @param {(home: Home) => Promise<void>} work
   */
  async at(part, work) {
    for (let attempts = 1, suspect = 0; ; attempts += 1) {
      const home = await this.#homeOf(part);
      try {
        return await work(home);
      } catch (error) {
        const { code, attempts: deaths = 0 } = /** @type {{ code?: string, attempts?: number }} */ (error);
        if (code !== 'worker_lost') throw error;
        this.#lose(part, home, 'lost');
        suspect += deaths;
        if (attempts === ATTEMPTS || suspect >= SUSPECT) throw error;
      }
    }
  }

  /** It is needed, whatever its owner says. @returns {() => void} it is not any more */
  pin() {
    this.#pins += 1;
    return () => {
      this.#pins -= 1;
      this.#free();
    };
  }

  /** Nobody needs it but for what has begun. */
  release() {
    this.#state = 'released';
    this.#free();
  }

  #free() {
    if (!this.isGone) return;
    for (const part of this.parts) {
      if (part.home) this.#lose(part, part.home, 'forgotten');
    }
  }

  /** @param {Part} part */
  async #homeOf(part) {
    if (part.home) return part.home;
    part.coming ??= this.#bring(part);
    try {
      const home = await part.coming;
      if (part.home !== home) {
        part.home = home;
        this.#free();
      }
      return home;
    } finally {
      part.coming = undefined;
    }
  }

  /** @param {Part} part @param {Home} home @param {'lost' | 'forgotten'} why */
  #lose(part, home, why) {
    if (part.home !== home) return;
    part.home = undefined;
    this.#residence.close(home.port, why);
    this.#residence.remove(home.worker, home.bytes);
  }
}
