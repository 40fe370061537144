// @ts-check
/** Many jobs of mixed sizes, one in twenty of them faulty, a stretch at a time. */
import { Random, seedOfPage } from './random.js';

/** @import { Pool, Unjank, UnjankError } from './expect.js' */

/** Jobs that have not settled, at most. */
const OUTSTANDING = 512;

/** Jobs between two looks at the workers' memory. */
const LOOK = 500;

const KINDS = {
  small: 800, medium: 130, large: 20, fail: 25, badParams: 10, panic: 7, trap: 5, unknown: 3, spin: 0.1,
};

/** Bytes of a payload, at most. */
const MOST = { small: 256, medium: 16 << 10, large: 256 << 10 };

/** Which code a faulty job ends with. */
const CODES = {
  fail: 'kernel', badParams: 'bad_params', panic: 'panicked', trap: 'panicked', unknown: 'unknown_kernel',
  spin: 'deadline_exceeded',
};

const WORKERS = 2;

/** Workers that live: each holds a lock. The browser takes a while to end one that computes. */
async function tethers() {
  const { held } = await navigator.locks.query();
  return (held ?? []).filter(({ name }) => name?.startsWith('unjank-')).length;
}

export class Soak {
  #random = new Random(seedOfPage());
  #pool;
  #outstanding = 0;
  /** Called when there is room for more. */
  #go = () => {};
  /** @type {Record<string, number>} */
  ends = {};
  /** @type {string[]} */
  wrong = [];
  /** Linear memory of all workers together, at each look of this stretch. @type {number[]} */
  #memory = [];

  /** @param {Pool} pool */
  constructor(pool) {
    this.#pool = pool;
  }

  /** @param {Unjank} unjank */
  static async begin({ createPool }) {
    const script = new URL('./unjank/worker.js', import.meta.url);
    const worker = () => new Worker(script, { type: 'module' });
    const sizes = { workers: WORKERS, minWorkers: WORKERS, memoryLimitBytes: 8 << 20 };
    return new Soak(await createPool({ ...sizes, worker }));
  }

  /**
   * Runs that many jobs to their end.
   * @param {number} jobs
   */
  async stretch(jobs) {
    this.#memory = [];
    for (let job = 0; job < jobs; job += 1) {
      if (job % LOOK === 0) this.#look();
      this.#submit();
      if (this.#outstanding >= OUTSTANDING) await this.#room();
    }
    while (this.#outstanding > 0) await this.#room();
  }

  #look() {
    const { workers } = this.#pool.stats();
    this.#memory.push(workers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0));
  }

  /** What is where, once all is settled and the workers that were ended are gone. */
  async state() {
    while (await tethers() > WORKERS) await new Promise((turn) => { requestAnimationFrame(turn); });
    const { workers, submitted, queued, inFlight, coreBytes } = this.#pool.stats();
    return {
      submitted,
      unsettled: queued + inFlight,
      workers: await tethers(),
      ownMemory: coreBytes,
      memory: this.#memory.reduce((sum, bytes) => sum + bytes, 0) / this.#memory.length,
      replaced: workers.reduce((sum, { generation }) => sum + generation, 0),
    };
  }

  #room() {
    return new Promise((resolve) => { this.#go = () => resolve(undefined); });
  }

  #submit() {
    const random = this.#random;
    const kind = /** @type {keyof typeof KINDS} */ (random.weighted(KINDS));
    const most = kind in MOST ? MOST[/** @type {keyof typeof MOST} */ (kind)] : 128;
    const payload = new Uint8Array(1 + random.below(most)).fill(random.below(256));
    const [length, byte] = [payload.length, payload[0]];
    this.#outstanding += 1;
    this.#send(kind, payload, random.happens(0.8)).then(
      (echo) => {
        const same = kind in MOST && echo.length === length && echo[0] === byte && echo.at(-1) === byte;
        return same ? 'completed' : `a wrong result of ${kind}`;
      },
      (/** @type {UnjankError} */ { code }) => {
        const right = kind in CODES && code === CODES[/** @type {keyof typeof CODES} */ (kind)];
        return right ? code : `${code} for ${kind}`;
      },
    ).then((end) => {
      if (end.includes(' ')) this.wrong.push(end);
      this.ends[end] = (this.ends[end] ?? 0) + 1;
      this.#outstanding -= 1;
      if (this.#outstanding <= OUTSTANDING / 2) this.#go();
    });
  }

  /**
   * @param {keyof typeof KINDS} kind
   * @param {Uint8Array<ArrayBuffer>} payload
   * @param {boolean} transfer
   */
  #send(kind, payload, transfer) {
    switch (kind) {
      case 'fail': return this.#pool.run('fail', { code: 1 }, payload);
      case 'badParams': return this.#pool.run('fail', { code: 'x' }, payload);
      case 'panic': return this.#pool.run('panic', { start: 0 }, payload);
      case 'trap': return this.#pool.run('trap', {}, payload);
      case 'unknown': return this.#pool.run('nobody', {}, payload);
      // It goes ahead of the others: one whose time is up before it is sent would end no worker.
      case 'spin': return this.#pool.run('spin', {}, payload, { lane: 'interactive', deadlineMs: 40 });
      default: return this.#pool.run('echo', {}, payload, { transfer });
    }
  }
}
