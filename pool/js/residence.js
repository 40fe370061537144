import { messagesOf } from '../../worker/js/said.js';
import { leaseOf } from './leases.js';
import { Placing } from './placing.js';

/**
 * @import { attend } from './signals.js'
 * @import { Chunks } from './chunks.js'
 * @import { WorkerName } from './content.js'
 * @import { Engine } from './engine.js'
 * @import { Job } from './job.js'
 * @import { ended, makeError, refused, UnjankError } from './errors.js'
 * @import { CommonTerms, MapTerms } from './options.js'
 * @import { bytesOf } from './payload.js'
 * @import { Results } from './results.js'
 * @import { PoolStats, WorkerStats } from './types.d.ts'
 * @import { FromKeeper, Run, Step, ToKeeper } from '../../worker/js/wire.d.ts'
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 *
 * @typedef {object} Desk what is needed of the page, which has it already
 * @property {Engine} engine
 * @property {() => PoolStats} stats
 * @property {string} url of what workers load
 * @property {typeof makeError} makeError
 * @property {typeof UnjankError} UnjankError
 * @property {typeof ended} ended
 * @property {typeof refused} refused
 * @property {typeof attend} attend
 * @property {typeof bytesOf} bytesOf
 * @property {typeof Chunks} Chunks
 * @property {typeof Results} Results
 * @property {(params: unknown) => Uint8Array} encodedParams
 * @property {(options: unknown) => MapTerms} mapOptions
 * @property {(options: unknown) => CommonTerms} keepOptions
 *
 * @typedef {object} Call what is asked of a worker
 * @property {Step[]} steps
 * @property {number} stride
 * @property {number} lane
 * @property {number} deadlineMs
 */

/** What a call says that only keeps something: no kernel runs. @type {Call} */
const NO_CALL = { steps: [], stride: 1, lane: 1, deadlineMs: Infinity };

/** Those of every lease: what a kernel is asked with comes another way. */
const NO_PARAMS = new Uint8Array();

/** So much later than its time is over a worker is ended that does not end by itself, in milliseconds. */
const GRACE = 1000;

/**
 * What a kernel may end with. Where none was asked for, a worker that has not found its script has taken the lease for a
 * job of the first one.
 */
const OF_KERNELS = ['bad_params', 'broken_kernel', 'kernel', 'panicked'];

/** After so many turns it is seen whether a worker that should have said something lives. */
const PATIENCE = 64;

/** Of each pool what it keeps. @type {WeakMap<Engine, Residence>} */
const residences = new WeakMap();

/** What the workers of a pool keep for the page, by how much it is. */
export class Residence {
  #desk;
  /** Bytes that are kept, or will be. */
  #bytes = 0;
  /** Of each worker: parts, and their bytes. @type {Map<string, { parts: number, bytes: number }>} */
  #claims = new Map();
  /** The copy that is being made: one after the other. @type {Promise<unknown>} */
  #filling = Promise.resolve();
  #placing;
  /** The number that was given out last. */
  #last = 0;
  /** Those by which workers are told to forget something. @type {Set<MessagePort>} */
  #ports = new Set();

  /** @param {Desk} desk @returns {Residence} */
  static of(desk) {
    const residence = residences.get(desk.engine) ?? new Residence(desk);
    residences.set(desk.engine, residence);
    return residence;
  }

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.#placing = new Placing(desk);
    const { engine } = desk;
    engine.until(() => engine.lifecycle === 'closed').then(() => this.#ports.forEach((port) => port.close()));
  }

  /** What something is called that is to be kept: no two things have the same number. */
  nextId() {
    return this.#last += 1;
  }

  /**
   * @param {number} bytes
   * @throws {UnjankError} `resident_full`
   */
  reserve(bytes) {
    const free = this.#desk.engine.residentBytes - this.#bytes;
    if (bytes > free) {
      const text = `${bytes} bytes are more than the ${free} that workers may still keep: release something, or allow more with \`residentBytes\``;
      throw new this.#desk.UnjankError('resident_full', text);
    }
    this.#bytes += bytes;
  }

  /** @param {number} bytes */
  refund(bytes) {
    this.#bytes -= bytes;
  }

  /**
   * Workers that are ready: of as many as the pool may have, those that can be had.
   *
   * @returns {Promise<number>}
   * @throws {UnjankError} `closed`
   */
  async workers() {
    const { engine, makeError } = this.#desk;
    if (engine.lifecycle === 'draining' || engine.lifecycle === 'closed') throw makeError('closed');
    const ready = () => this.#ready().length;
    const starts = () => this.#desk.stats().workers.some(({ state }) => state === 'starting');
    if (ready() < engine.workers) {
      const talks = Array.from({ length: engine.workers }, () => new Talk(this.#desk, NO_CALL, undefined, undefined, () => {}));
      // They are started now.
      await engine.nextTurn();
      // After some that were lost the next one may take its time.
      await engine.until(() => engine.lifecycle !== 'open' || ready() >= engine.workers || (ready() > 0 && !starts()));
      for (const talk of talks) talk.stop({});
    }
    return Math.max(1, Math.min(engine.workers, ready()));
  }

  #ready() {
    return this.#desk.stats().workers.filter(({ state }) => state === 'idle' || state === 'busy');
  }

  /**
   * Which worker is to keep so many bytes more: of all that can be had the one that has the least.
   *
   * @param {number} bytes
   * @returns {Promise<WorkerName>}
   * @throws {UnjankError} `worker_lost`: there is none
   */
  async claim(bytes) {
    await this.workers();
    const [worker] = this.#ready()
      .map(({ slot, generation }) => /** @type {WorkerName} */ ([slot, generation]))
      .sort((one, other) => this.#claimOf(one).bytes - this.#claimOf(other).bytes);
    if (!worker) throw lostWorker(this.#desk);
    this.add(worker, bytes);
    return worker;
  }

  /** @param {MessagePort} port by which a worker is told to forget something */
  open(port) {
    this.#ports.add(port);
  }

  /** That is not there any more, or is told so. @param {MessagePort} port @param {'lost' | 'forgotten'} why */
  close(port, why) {
    this.#ports.delete(port);
    if (why === 'lost') port.close();
    else port.postMessage(null);
  }

  /** A worker keeps so many bytes more: it stays while it does. @param {WorkerName} worker @param {number} bytes */
  add(worker, bytes) {
    const { parts, bytes: before } = this.#claimOf(worker);
    this.#claims.set(String(worker), { parts: parts + 1, bytes: before + bytes });
    if (parts === 0) this.#desk.engine.want('keep', ...worker, 1);
  }

  /** @param {WorkerName} worker @param {number} bytes */
  remove(worker, bytes) {
    const { parts, bytes: before } = this.#claimOf(worker);
    if (parts > 1) {
      this.#claims.set(String(worker), { parts: parts - 1, bytes: before - bytes });
    } else {
      this.#claims.delete(String(worker));
      this.#desk.engine.want('keep', ...worker, 0);
    }
  }

  /** @param {WorkerName} worker */
  #claimOf(worker) {
    return this.#claims.get(String(worker)) ?? { parts: 0, bytes: 0 };
  }

  /** A copy that has its buffer for itself, made within the budget of turns. @param {Bytes} bytes @returns {Promise<Bytes>} */
  copy(bytes) {
    const copying = this.#filling.then(async () => {
      const copy = this.#placing.place(bytes.length);
      await this.#placing.put(copy, 0, bytes);
      return copy;
    });
    this.#filling = copying.catch(() => undefined);
    return copying;
  }

  /**
   * Gives a worker something to keep.
   *
   * @param {WorkerName} worker
   * @param {number} id
   * @param {Required<ToKeeper>['held']} held given away
   * @returns {Promise<MessagePort>} by which it is told to forget it
   */
  async give(worker, id, held) {
    const talk = new Talk(this.#desk, NO_CALL, undefined, worker, () => {});
    talk.port.postMessage({ id, held }, [held.bytes.buffer]);
    await talk.ended;
    this.open(talk.port);
    return talk.port;
  }
}

/** A worker that is had for a while. */
export class Talk {
  #desk;
  /** @type {Job | undefined} */
  #job;
  /** @type {number | undefined} None before it was accepted. */
  #number;
  #heard = 0;
  /** @type {'waits' | 'stopped' | 'over'} Stopped: its worker closes the port. */
  #state = 'waits';
  /** What the worker said that it lacks. @type {'all' | [before: number, after: number] | undefined} */
  #lacks;

  /**
   * @param {Desk} desk
   * @param {Call} call
   * @param {Omit<Run, 'steps'> | undefined} about what it keeps; none: it is to keep something
   * @param {WorkerName | undefined} place none: any
   * @param {(said: FromKeeper) => void} hear
   */
  constructor(desk, call, about, place, hear) {
    this.#desk = desk;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data }) => {
      this.#heard += 1;
      this.#lacks = data.lacks;
      hear(data);
    };
    port1.unref?.();
    /** Resolves when the worker has done what it was had for, and all that it said was heard. */
    this.ended = this.#talk(call, port2, about, place);
    const keeps = !about || about.into !== undefined;
    const close = () => {
      if (this.#state !== 'stopped') port1.close();
    };
    this.ended.then(keeps ? () => {} : close, close);
  }

  /** It is not wanted any more. @param {unknown} word that says so to the worker */
  stop(word = null) {
    if (this.#state === 'over' || this.#state === 'stopped') return;
    this.port.postMessage(word);
    const isSent = (this.#job?.inputs.length ?? 1) === 0;
    this.#state = isSent ? 'stopped' : 'over';
    if (this.#number !== undefined) this.#desk.engine.want('cancel', this.#number);
  }

  /** @param {Call} call @param {MessagePort} port @param {Omit<Run, 'steps'> | undefined} about @param {WorkerName | undefined} place */
  async #talk({ steps, stride, deadlineMs, lane }, port, about, place) {
    const { engine, makeError, url } = this.#desk;
    const kernel = steps[0]?.kernel ?? 0;
    const lease = { url, port, run: about && { ...about, steps } };
    const common = {
      kernel, params: NO_PARAMS, lane, deadlineMs: deadlineMs + GRACE, moves: true, shape: [0, stride, 0, 0, 0, 0], place,
    };
    const said = await new Promise((resolve, reject) => {
      /** @type {number | undefined} */
      let messages;
      const deliver = (/** @type {{ bytes: Bytes }} */ { bytes }) => {
        messages = messagesOf(bytes);
      };
      const complete = () => resolve(messages);
      const fail = (/** @type {UnjankError} */ error) => (!about && OF_KERNELS.includes(error.code) ? complete() : reject(error));
      this.#job = leaseOf(stride, NO_PARAMS, lease, { deliver, complete, fail });
      this.#submit(common, this.#job).catch(reject);
    });
    if (this.#state === 'waits') this.#state = 'over';
    if (said === undefined) throw makeError('part_unavailable', { text: `workers found none at ${url}` });
    for (let turn = 1; this.#heard < said; turn += 1) {
      if (turn % PATIENCE === 0 && !this.#lives(place)) throw lostWorker(this.#desk);
      await engine.nextTurn();
    }
    if (this.#lacks === 'all') throw lostWorker(this.#desk);
    if (this.#lacks) throw this.#lacking(this.#lacks);
  }

  /** @param {[before: number, after: number]} halo */
  #lacking([before, after]) {
    const text = `the kernel needs ${before} units of context in front and ${after} behind, and workers keep fewer: load it with \`halo: ${Math.max(before, after)}\` or more`;
    return new this.#desk.UnjankError('bad_plan', text);
  }

  /** @param {import('./core.js').Submission} common @param {Job} job */
  async #submit(common, job) {
    const { engine, refused } = this.#desk;
    for (;;) {
      if (this.#state === 'over') throw this.#desk.makeError('cancelled');
      const { first, jobs, refusal: [reason, word] } = engine.submit(common, [job]);
      if (jobs) {
        this.#number = first;
        return;
      }
      if (reason !== 1) throw refused(reason, word, { cause: engine.cause });
      await engine.until(() => engine.hasRoom || engine.lifecycle !== 'open');
    }
  }

  /** @param {WorkerName | undefined} place */
  #lives(place) {
    const { engine, stats } = this.#desk;
    const isIt = (/** @type {WorkerStats} */ { slot, generation, state }) =>
      state !== 'vacant' && slot === place?.[0] && generation === place[1];
    return engine.lifecycle !== 'closed' && stats().workers.some(isIt);
  }
}

/** Its worker is gone, and nobody knows that the work was to blame. @param {Desk} desk */
function lostWorker({ ended, engine }) {
  return ended(4, { attempts: 0, cause: engine.cause });
}
