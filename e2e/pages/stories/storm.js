// @ts-check
// Everything at once, by chance: every accepted job settles once, with the right result or a reason.
import { alive, bytes, check, counted, equal, frameUntil, HANG, sameBytes, settled } from '../expect.js';
import { Random, seedOfPage } from '../random.js';

/** @import { Pool, Unjank, UnjankError } from '../expect.js' */

const JOBS = 20_000;
const WORKERS = 3;
/** Jobs that have not settled, at most: more than the queue takes. */
const OUTSTANDING = 300;

/** What happens, and how often. */
const EVENTS = {
  echo: 80, sum: 20, chunks: 4, panic: 4, trap: 3, overflow: 0.2, fail: 3, badParams: 2,
  unsayable: 1, unknown: 1, spin: 0.8, terminate: 0.8, nothing: 5,
};

/**
 * A job: what it is sent with, and which ends are right.
 * @typedef {object} Plan
 * @property {string} kernel
 * @property {unknown} [params]
 * @property {Uint8Array<ArrayBuffer>} payload
 * @property {(result: Uint8Array) => void} [result] checks a result; without it none may come
 * @property {string[]} [codes] with which it may fail, besides what chance may do to any
 * @property {number} [deadlineMs]
 */

/**
 * What a job is submitted with.
 * @typedef {import('../unjank/index.js').RunOptions} Options
 */

/** @type {Record<string, (random: Random) => Plan>} */
const PLANS = {
  echo(random) {
    const payload = some(random, 200_000);
    const sent = payload.slice();
    return { kernel: 'echo', payload, result: (echo) => sameBytes(echo, sent, 'echo') };
  },
  sum(random) {
    const payload = some(random, 20_000);
    const sum = payload.reduce((total, byte) => total + byte, 0);
    const read = (/** @type {Uint8Array} */ answer) => (
      Number(new DataView(answer.buffer, answer.byteOffset).getBigUint64(0, true))
    );
    return { kernel: 'sum', payload, result: (answer) => equal(read(answer), sum, 'sum') };
  },
  panic: (random) => ({ kernel: 'panic', params: { start: 0 }, payload: some(random), codes: ['panicked'] }),
  trap: (random) => ({ kernel: 'trap', payload: some(random), codes: ['panicked'] }),
  overflow: (random) => ({ kernel: 'overflow', payload: some(random), codes: ['panicked'] }),
  fail: (random) => ({ kernel: 'fail', params: { code: 3 }, payload: some(random), codes: ['kernel'] }),
  badParams: (random) => ({ kernel: 'fail', params: { code: 'x' }, payload: some(random), codes: ['bad_params'] }),
  unsayable: (random) => ({ kernel: 'echo', params: { f() {} }, payload: some(random) }),
  unknown: (random) => ({ kernel: 'nobody', payload: some(random), codes: ['unknown_kernel'] }),
  spin(random) {
    const payload = some(random);
    const sent = payload.slice();
    // What ends too late may still be heard of before its deadline, by a page that was held up for as long.
    const late = HANG.kernel === 'spin' ? {} : { result: (/** @type {Uint8Array} */ same) => sameBytes(same, sent, 'late') };
    return { ...HANG, ...late, payload, deadlineMs: 5 + random.below(40) };
  },
};

/** @param {Random} random */
function some(random, most = 9000) {
  return bytes(random.length(most), random.below(2 ** 31));
}

/** One storm over one pool. */
class Storm {
  #random;
  #pool;
  /** @type {Worker[]} */
  #workers;
  #outstanding = 0;
  /** Who waits for it to fall, and to what. */
  #waits = { level: -1, go() {} };
  /** How many jobs came to what. @type {Record<string, number>} */
  ends = {};
  accepted = 0;
  refused = 0;
  settled = 0;
  /** What was not as it should be. @type {string[]} */
  wrong = [];

  /**
   * @param {Random} random
   * @param {Pool} pool
   * @param {Worker[]} workers
   */
  constructor(random, pool, workers) {
    this.#random = random;
    this.#pool = pool;
    this.#workers = workers;
  }

  async rage() {
    while (this.accepted < JOBS) {
      const event = this.#random.weighted(EVENTS);
      if (event === 'nothing') await new Promise((turn) => { setTimeout(turn); });
      else if (event === 'terminate') this.#workers.at(-1 - this.#random.below(WORKERS))?.terminate();
      else if (event === 'chunks') this.#cut();
      else this.#submit(/** @type {NonNullable<PLANS[string]>} */ (PLANS[event])(this.#random));
      if (this.#outstanding >= OUTSTANDING) await this.#fallsTo(OUTSTANDING / 2);
    }
    await this.#fallsTo(0);
  }

  /**
   * Lane, deadline, signal, and who keeps the bytes.
   * @param {Plan} plan
   * @returns {Options}
   */
  #options({ deadlineMs }) {
    const random = this.#random;
    const controller = new AbortController();
    const aborted = random.happens(0.04);
    if (aborted) setTimeout(() => controller.abort(), random.below(10));
    const hurried = random.happens(0.02);
    return {
      lane: random.pick(/** @type {const} */ (['interactive', 'normal', 'background'])),
      transfer: random.happens(0.7),
      ...(aborted && { signal: controller.signal }),
      ...(deadlineMs ? { deadlineMs } : hurried && { deadlineMs: random.below(30) }),
    };
  }

  /** @param {Plan} plan */
  #submit(plan) {
    const options = this.#options(plan);
    const before = this.#pool.stats().submitted;
    const job = this.#pool.run(plan.kernel, plan.params ?? {}, plan.payload, options);
    this.#follow(job, plan, options, this.#pool.stats().submitted > before);
  }

  #cut() {
    const source = some(this.#random, 1 << 18);
    const sent = source.slice(0, source.length - source.length % 64);
    const plan = {
      kernel: 'echo',
      payload: sent,
      result: (/** @type {Uint8Array} */ gathered) => sameBytes(gathered, sent, 'gathered'),
    };
    const { transfer: _, ...options } = this.#options(plan);
    const before = this.#pool.stats().submitted;
    const job = (async () => this.#pool.mapChunks('echo', {}, sent, { ...options, stride: 64, chunkUnits: 200 }).gather())();
    this.#follow(job, plan, options, this.#pool.stats().submitted > before);
  }

  /**
   * Waits for a job's end and judges it.
   * @param {Promise<Uint8Array<ArrayBuffer>>} job
   * @param {Plan} plan
   * @param {Options} options
   * @param {boolean} accepted
   */
  #follow(job, plan, options, accepted) {
    if (accepted) this.accepted += 1;
    else this.refused += 1;
    const end = job.then(
      (result) => {
        if (!plan.result) throw new Error(`${plan.kernel} has a result`);
        plan.result(result);
        return 'completed';
      },
      (error) => this.#reason(error, plan, options, accepted),
    );
    this.#outstanding += 1;
    end.then(
      (name) => { this.ends[name] = (this.ends[name] ?? 0) + 1; },
      (error) => { this.wrong.push(`${plan.kernel} ${JSON.stringify(options)}: ${error}`); },
    ).then(() => {
      if (accepted) this.settled += 1;
      this.#outstanding -= 1;
      if (this.#outstanding <= this.#waits.level) this.#waits.go();
    });
  }

  /** @param {number} level */
  async #fallsTo(level) {
    if (this.#outstanding <= level) return;
    await new Promise((resolve) => { this.#waits = { level, go: () => resolve(undefined) }; });
  }

  /**
   * @param {UnjankError} error
   * @param {Plan} plan
   * @param {Options} options
   * @param {boolean} accepted
   */
  #reason(error, plan, options, accepted) {
    const codes = accepted ? [...plan.codes ?? [], 'worker_lost'] : ['queue_full', 'unknown_kernel', 'bad_params'];
    if (options.signal) codes.push('cancelled');
    if (options.deadlineMs !== undefined) codes.push('deadline_exceeded');
    if (!codes.includes(error.code)) throw error;
    if (!accepted && error.payload === undefined) throw new Error('a refused payload is not given back');
    return error.code;
  }
}

/** @param {Unjank} unjank */
export async function a_storm_settles_every_job_once({ createPool }) {
  const seed = seedOfPage();
  const script = counted('./unjank/worker.js');
  const pool = await createPool({
    workers: WORKERS, minWorkers: WORKERS, queue: 256, worker: script.make, memoryLimitBytes: 4 << 20,
  });
  const storm = new Storm(new Random(seed), pool, script.workers);
  await storm.rage();
  equal(storm.wrong.slice(0, 5).join('\n'), '', `what was not as it should be with seed ${seed}`);
  equal(storm.settled, storm.accepted, 'accepted jobs that settled');
  equal(pool.stats().submitted, storm.accepted, 'jobs that the pool counts');
  settled(pool);
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'idle'));
  await alive(pool);
  check(script.count > WORKERS, 'workers were lost');
  const ends = Object.entries(storm.ends).map(([name, count]) => `${count} ${name}`).join(', ');
  return `seed ${seed}: ${storm.accepted} accepted, 0 unsettled, 0 twice, ${storm.refused} refused (${ends}); `
    + `${script.count} workers, at full strength at the end`;
}
