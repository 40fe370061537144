import { makeError, said } from './errors.js';
import { Memory, wordsFrom } from './memory.js';
import { compiled } from './modules.js';

/**
 * What decides: `core.wasm`, in the words of `seam.d.ts`. Nothing else knows its exports.
 *
 * @import { Core as Seam } from './seam.d.ts'
 * @import { Job } from './job.js'
 * @import { Kernel } from '../../worker/js/description.js'
 * @import { Kernels } from './types.d.ts'
 *
 * @typedef {'ready' | 'lost' | 'replied' | 'refused' | 'timeout' | 'take' | 'cancel' | 'abort' | 'pause' | 'resume'
 *   | 'resize' | 'keep' | 'close' | 'reopen'} Command
 *
 * @typedef {object} Limits
 * @property {number} workers
 * @property {number} minWorkers
 * @property {number} spares
 * @property {number} queue
 * @property {number} depth
 * @property {number} idleTimeoutMs
 * @property {number} startTimeoutMs
 *
 * @typedef {object} Submission what jobs that are submitted together have in common
 * @property {number} kernel
 * @property {number} lane
 * @property {boolean} moves whether the payload is given away
 * @property {number[]} shape what kind, the stride, and four numbers more
 * @property {Uint8Array} params
 * @property {number} deadlineMs Infinity: none
 * @property {[slot: number, generation: number]} [place] the only worker that can do it; none: any can
 *
 * @typedef {object} Accepted
 * @property {number} jobs that were accepted, from the first
 * @property {number} first the others follow it
 * @property {number} tasks of each
 * @property {[why: number, one: number, other: number]} refusal of the first that was not
 * @property {boolean} hasRoom whether the queue has room for more
 */

/** No number. */
const NONE = 0xffffffff;

/** No worker. @type {[number, number]} */
const ANYWHERE = [NONE, 0];

/** Words in front of a turn's effects. */
const BEFORE_EFFECTS = 8;

const LIFECYCLES = /** @type {const} */ (['opening', 'open', 'draining', 'closed', 'failed']);

/** @typedef {{ seam: Seam, memory: Memory }} Instance */

/** The one of this page, which has all its pools. @type {Promise<Instance> | undefined} */
let instance;

/**
 * @param {Kernels | undefined} source where `core.wasm` is, for hosts that ignore the literal below
 * @returns {Promise<Instance>}
 */
export function loadCore(source) {
  instance ??= instantiate(source).catch((error) => {
    // Another pool may find it.
    instance = undefined;
    throw makeError('core_unavailable', { text: said(error) }, { cause: error });
  });
  return instance;
}

/** @param {Kernels | undefined} source */
async function instantiate(source) {
  // In a classic script there is no such address, which is an error as any other.
  const module = await compiled(source ?? new URL('./core.wasm', import.meta.url));
  const { exports } = await WebAssembly.instantiate(module, {});
  const seam = /** @type {Seam} */ (exports);
  return { seam, memory: new Memory(seam) };
}

/** One pool's decisions. */
export class Core {
  #seam;
  #memory;
  #pool;
  /** Numbers of parameters that were given out. */
  #params = 0;

  /**
   * @param {Instance} instance
   * @param {Limits} limits
   * @param {number} now
   */
  constructor({ seam, memory }, limits, now) {
    this.#seam = seam;
    this.#memory = memory;
    const { workers, minWorkers, spares, queue, depth, idleTimeoutMs, startTimeoutMs } = limits;
    this.#memory.write([workers, minWorkers, spares, queue, depth, idleTimeoutMs, startTimeoutMs]);
    this.#pool = seam.open(now);
  }

  /** @param {Kernel[]} kernels */
  describe(kernels) {
    this.#memory.write([kernels.length, ...kernels.flatMap(({ grain, pure, outputs }) => [
      grain, +pure, outputs.length, ...outputs.flatMap(({ unit, inPlace }) => [unit, inPlace + 1]),
    ])]);
    this.#seam.describe(this.#pool);
  }

  /**
   * Tells it what happened, or what callers want.
   *
   * @param {Command} command
   * @param {number} now
   * @param {number[]} numbers the arguments behind those two, as `seam.d.ts` has them
   */
  tell(command, now, ...numbers) {
    /** @type {(...numbers: number[]) => void} */ (this.#seam[command])(this.#pool, now, ...numbers);
  }

  /** What the next command reads. @param {ArrayLike<number>} words */
  write(words) {
    this.#memory.write(words);
  }

  /**
   * @param {number} now
   * @param {Submission} common
   * @param {Pick<Job, 'inputs'>[]} jobs which have as many inputs each
   * @returns {Accepted}
   */
  submit(now, { kernel, lane, moves, shape, params, deadlineMs, place = ANYWHERE }, jobs) {
    const micros = deadlineMs === Infinity ? [NONE, NONE] : halves(Math.floor(deadlineMs * 1000));
    const others = (jobs[0]?.inputs.length ?? 1) - 1;
    const lengths = [];
    for (const { inputs } of jobs) {
      for (const { length } of inputs) lengths.push(length);
    }
    this.#memory.write([kernel, lane, +!moves, ...shape, params.length, this.#number(params), ...micros, ...place, others, ...lengths]);
    const accepted = this.#seam.submit(this.#pool, now, jobs.length);
    const said = wordsFrom(this.#memory.words, this.#memory.inbox);
    return {
      jobs: accepted,
      first: jobOf(said(0), said(1)),
      tasks: said(2),
      refusal: [said(3), said(4), said(5)],
      hasRoom: said(6) === 1,
    };
  }

  /** @param {Uint8Array} params @returns {number} the same for those that are given together; 0: there are none */
  #number({ length }) {
    if (!length) return 0;
    this.#params = (this.#params + 1) % NONE || 1;
    return this.#params;
  }

  /**
   * @param {number} now
   * @param {boolean} isOwn whether this turn of the event loop is its own
   */
  turn(now, isOwn) {
    const at = this.#seam.turn(this.#pool, now, +isOwn) / 4;
    const said = wordsFrom(this.#memory.words, at);
    return {
      hasMore: said(1) === 1,
      lifecycle: /** @type {typeof LIFECYCLES[number]} */ (LIFECYCLES[said(2)]),
      hasRoom: said(3) === 1,
      queued: said(6),
      timeout: said(5) === NONE ? Infinity : jobOf(said(4), said(5)) / 1000,
      effects: at + BEFORE_EFFECTS,
      end: at + said(0),
    };
  }

  /** Where effects are. */
  get words() {
    return this.#memory.words;
  }

  /** @param {number} now */
  stats(now) {
    const at = this.#seam.stats(this.#pool, now);
    const { buffer } = this.#memory.words;
    const [doubles = 0] = new Float64Array(buffer, at, 1);
    return new Float64Array(buffer, at + 8, doubles - 1).slice();
  }

  /** Bytes of linear memory of all pools of the page. */
  get bytes() {
    return this.#memory.bytes;
  }

  forget() {
    this.#seam.forget(this.#pool);
  }
}

/**
 * @param {number} [low]
 * @param {number} [high]
 */
export function jobOf(low = 0, high = 0) {
  return high * 2 ** 32 + low;
}

/** The lower and the upper word. @param {number} number */
export function halves(number) {
  return [number % 2 ** 32, Math.floor(number / 2 ** 32)];
}
