import { hrefOf } from './address.js';
import { Chunks } from './chunks.js';
import { halves, loadCore } from './core.js';
import { encode } from './cbor.js';
import { Engine } from './engine.js';
import { ended, loaded, makeError, poolFailed, refused, said, UnjankError } from './errors.js';
import { canMove, inOrder, inputsOf } from './inputs.js';
import { Job } from './job.js';
import { Lone } from './lone.js';
import { addressOf, moduleOf } from './modules.js';
import { chunkOptions, closeMode, jobOptions, keepOptions, listenerOf, loadOptions, mapOptions, rangeOptions, workerCount } from './options.js';
import { bytesOf } from './payload.js';
import { ASYNC_DISPOSE, Results } from './results.js';
import { scriptOf } from './script.js';
import { attend, check } from './signals.js';
import { mayBeSpread, spread } from './spreading.js';
import { statsOf } from './stats.js';
import { chunkOf, expectOne, valuesOf } from './values.js';

/**
 * @import { OutputPort } from '../../worker/js/description.js'
 * @import { ChunkOptions, Given, ListenerOptions, LoadOptions, Payload, RangeOptions, RunOptions } from './types.d.ts'
 * @import { Accepted, Submission } from './core.js'
 * @import { Inputs } from './inputs.js'
 * @import { Result } from './job.js'
 * @import { poolOptions } from './options.js'
 * @import { Script } from './port.js'
 *
 * @typedef {ReturnType<typeof poolOptions>} Options
 * @typedef {ReturnType<typeof jobOptions>} JobTerms
 * @typedef {ReturnType<typeof rangeOptions>} RangeTerms
 * @typedef {import('./later/gathering.js').Source} Source
 */

/** Kinds of shapes, as `seam.d.ts` numbers them. */
const WHOLE = 0;
const PIECE = 1;
const CHUNKS = 2;
const RANGE = 3;

/** Kept once it is there: to ask for it again takes as long as some jobs. @type {typeof import('./later/many.js') | undefined} */
let later;

/** Closes pools that nobody holds any more. @type {FinalizationRegistry<Engine> | undefined} */
let forgotten;

/** A pool of workers. */
export class Pool {
  #engine;
  #abort;
  #closed;

  /**
   * @param {Options} options
   * @returns {Promise<Pool>} once a worker is ready
   */
  static async open(options) {
    const { fallback, inline, kernels, memoryLimitBytes: memoryLimit, wasm, worker, workers } = options;
    // None if the page itself may have to compute.
    const own = workers && (fallback ?? inline) === undefined && scriptOf(worker);
    const loading = moduleOf(options);
    // Of two failures the core's is told.
    loading.catch(() => undefined);
    const instance = await loadCore(wasm);
    const module = await loading;
    /** @param {Script} script @param {Options} limits */
    const started = (script, limits) =>
      begun(new Engine(instance, limits, script, { module, url: addressOf(kernels), memoryLimit }), options);
    if (own) return new Pool(await started(own, options));
    const { open } = await loaded(import('./later/inline.js'));
    return new Pool(await open(options, { makeError, module, scriptOf, started }));
  }

  /** @param {Engine} engine */
  constructor(engine) {
    this.#engine = engine;
    this.#abort = (/** @type {number[]} */ jobs) => engine.abort(jobs);
    this.#closed = engine.until(() => engine.lifecycle === 'closed');
    forgotten ??= new FinalizationRegistry((left) => left.want('close', 0));
    forgotten.register(this, engine);
  }

  /** Resolves when all jobs have settled and all workers are gone. */
  get closed() {
    return this.#closed;
  }

  /**
   * Runs a kernel on a payload, which is given away unless `transfer` is false.
   *
   * @param {string} kernel
   * @param {unknown} params written down in this call: what happens to them afterwards changes nothing
   * @param {Given} payload
   * @param {RunOptions} [options]
   * @returns {Promise<any>} `Values`: which, its caller knows
   */
  run(kernel, params, payload, options) {
    return this.#lone(kernel, params, payload, options, valuesOf);
  }

  /**
   * The same, for those who want to know who computed the result, and for how long.
   *
   * @param {string} kernel
   * @param {unknown} params
   * @param {Given} payload
   * @param {RunOptions} [options]
   * @returns {Promise<any>} a `Chunk` of them
   */
  runPiece(kernel, params, payload, options) {
    return this.#lone(kernel, params, payload, options, chunkOf);
  }

  /**
   * Runs a kernel on each of many payloads, and gives the results in their order. They need not fit the queue.
   *
   * @param {string} kernel
   * @param {unknown} params
   * @param {readonly Given[]} payloads
   * @param {Omit<RunOptions, 'window'>} [options]
   * @returns {Promise<any[]>} rejects with the first error in that order
   */
  async runAll(kernel, params, payloads, options) {
    const encoded = encodedParams(params);
    const given = [...payloads];
    const read = jobOptions(options, 'runAll');
    const { signal, stride, transfer } = read;
    const common = this.#common(kernel, encoded, read, transfer, [WHOLE, stride, 0, 0, 0, 0]);
    const described = this.#engine.described(common.kernel);
    later ??= await loaded(import('./later/many.js'));
    const many = new later.Many(this.#engine, given.length, (result) => valuesOf(described.outputs, result));
    return many.run(
      (index, owner) => new Job(inOrder(inputsOf(/** @type {Given} */ (given[index])), described), encoded, signal, owner),
      (jobs) => {
        // It may have been aborted while the others waited for room.
        check(signal);
        return this.#submitSome(common, jobs);
      },
    );
  }

  /**
   * Runs a kernel on the pieces of a source, which stays with the page and must not be changed until the work has
   * ended.
   *
   * @param {string} kernel
   * @param {unknown} params
   * @param {Given} source
   * @param {ChunkOptions} options
   * @throws {UnjankError} why the work is not accepted
   */
  mapChunks(kernel, params, source, options) {
    const given = inputsOf(source);
    try {
      const encoded = encodedParams(params);
      const read = chunkOptions(options);
      const { chunkUnits, halo, highWaterMarkBytes, stride } = read;
      const shape = [CHUNKS, stride, chunkUnits, halo, ...halves(highWaterMarkBytes)];
      const common = this.#common(kernel, encoded, read, false, shape);
      const inputs = inOrder(given, this.#engine.described(common.kernel));
      const [bytes = new Uint8Array()] = inputs;
      return this.#chunked(common, read, { bytes, units: bytes.length / stride, stride, halo }, inputs);
    } catch (error) {
      throw withPayload(error, given.inputs);
    }
  }

  /**
   * Runs a kernel that makes something of numbers alone on the parts of a range.
   *
   * @param {string} kernel
   * @param {unknown} params
   * @param {RangeOptions} options
   * @throws {UnjankError} why the work is not accepted
   */
  mapRange(kernel, params, options) {
    const encoded = encodedParams(params);
    const read = rangeOptions(options);
    const { chunkUnits, highWaterMarkBytes, units } = read;
    const common = this.#common(kernel, encoded, read, false, [RANGE, 0, chunkUnits, units, ...halves(highWaterMarkBytes)]);
    const [input] = this.#engine.described(common.kernel).inputs;
    if (input?.windowed) throw makeError('bad_plan/input', { name: kernel });
    const source = { bytes: undefined, units, stride: 0, halo: 0 };
    return this.#chunked(common, read, source, [new Uint8Array()]);
  }

  /**
   * @param {Submission} common
   * @param {Pick<RangeTerms, 'order' | 'highWaterMarkBytes' | 'signal'>} options
   * @param {Source} source
   * @param {Inputs} inputs
   */
  #chunked(common, { order, highWaterMarkBytes, signal }, source, inputs) {
    const results = new Results(order === 1, highWaterMarkBytes, (taken) => this.#engine.want('take', job, taken));
    const { job, tasks } = this.#submitOne(common, new Job(inputs, common.params, signal, results));
    const { outputs } = this.#engine.described(common.kernel);
    return new Chunks(this.#engine, job, tasks, results, source, outputs);
  }

  /**
   * Has workers keep data, each a part of it.
   *
   * @param {Payload | Function} data
   * @param {LoadOptions} options
   * @returns {Promise<any>} a `Resident`
   */
  async load(data, options) {
    const given = typeof data === 'function' ? data : bytesOf(data);
    const terms = loadOptions(options);
    const { load } = await loaded(import('./later/resident.js'));
    return load({
      engine: this.#engine,
      stats: () => this.stats(),
      // Bundlers look for this literal. A classic script has no address: then it lies beside the workers' script.
      url: hrefOf(() => new URL('./resident.js', import.meta.url)) ?? './resident.js',
      makeError, UnjankError, ended, refused, attend, bytesOf, Chunks, Results, encodedParams, mapOptions, keepOptions,
    }, given, terms);
  }

  /** Resolves when the queue has room; rejects when the pool closes, or has failed. */
  ready() {
    const engine = this.#engine;
    return engine.until(() => {
      if (engine.lifecycle === 'failed') throw poolFailed(engine.cause);
      expectNotClosing(engine);
      return engine.hasRoom;
    });
  }

  /**
   * Starts workers again in a pool that has none because none could be started, without the rest after which its
   * first job would; resolves when one is ready. A pool that has workers is left as it is.
   */
  reopen() {
    const engine = this.#engine;
    engine.want('reopen');
    return engine.until(() => isOpen(engine));
  }

  /** Sends nothing to workers until `resume`: what they have they go on with, and everything else waits. */
  pause() {
    this.#engine.isPaused = true;
    this.#engine.want('pause');
  }

  /** Sends again. */
  resume() {
    this.#engine.isPaused = false;
    this.#engine.want('resume');
  }

  /** @param {number} workers that compute at a time, from here on */
  resize(workers) {
    workerCount(workers, 'workers');
    if (this.#engine.isInline) return;
    this.#engine.workers = workers;
    this.#engine.want('resize', workers);
  }

  /**
   * Has somebody told what happens to the pool.
   *
   * @param {string} event
   * @param {unknown} listener
   * @param {ListenerOptions} [options]
   * @returns {() => void} ends it
   * @throws {UnjankError} `bad_option`
   */
  on(event, listener, options) {
    return this.#engine.listen(listenerOf(event, listener, options));
  }

  /** What the pool has done and is doing. */
  stats() {
    return statsOf(this.#engine.stats(), this.#engine);
  }

  /**
   * Takes no more jobs; lets the accepted ones finish (`'drain'`, the default) or cancels them (`'abort'`).
   *
   * @param {'drain' | 'abort'} [mode]
   * @returns {Promise<void>} resolves when all have settled and all workers are gone
   */
  async close(mode) {
    this.#engine.want('close', closeMode(mode));
    return this.#closed;
  }

  [ASYNC_DISPOSE]() {
    return this.close();
  }

  /**
   * @template T
   * @param {string} kernel
   * @param {unknown} params
   * @param {Given} payload
   * @param {RunOptions | undefined} options
   * @param {(outputs: OutputPort[], result: Result) => T} read
   * @returns {Promise<T>}
   */
  #lone(kernel, params, payload, options, read) {
    return new Promise((resolve, reject) => {
      const given = inputsOf(payload);
      try {
        const encoded = encodedParams(params);
        const terms = jobOptions(options);
        const { signal, stride, transfer, window } = terms;
        const shape = window
          ? [PIECE, stride, window.start, window.total, window.before, window.after]
          : [WHOLE, stride, 0, 0, 0, 0];
        const common = this.#common(kernel, encoded, terms, transfer && canMove(given.inputs), shape);
        const described = this.#engine.described(common.kernel);
        const owner = new Lone(resolve, reject, this.#reader(described.outputs, terms, read));
        const inputs = inOrder(given, described);
        const bytes = inputs[0]?.length ?? 0;
        const job = new Job(inputs, encoded, signal, owner);
        if (this.#engine.shortcut?.take(common, job)) return;
        const { job: number } = this.#submitOne(common, job);
        const isSpread = common.moves && !window && mayBeSpread(described, terms.spread, bytes);
        if (isSpread) spread(this.#engine, common, job, number);
      } catch (error) {
        throw withPayload(error, given.inputs);
      }
    });
  }

  /**
   * How a result is read: at once, or once it is where its caller wants it.
   *
   * @template T
   * @param {OutputPort[]} outputs
   * @param {JobTerms} options
   * @param {(outputs: OutputPort[], result: Result) => T} read
   * @returns {(result: Result) => T | Promise<T>}
   */
  #reader(outputs, { exact, into }, read) {
    if (into) expectOne(outputs);
    if (!into && !exact) return (result) => read(outputs, result);
    const loading = loaded(import('./later/fitting.js'));
    // Of two failures the job's is told.
    loading.catch(() => undefined);
    return async (result) => {
      const { fitted } = await loading;
      return read(outputs, { ...result, ...await fitted(result, into, { engine: this.#engine, makeError, UnjankError }) });
    };
  }

  /**
   * @param {string} kernel
   * @param {Uint8Array} params
   * @param {{ lane: number, deadlineMs: number }} options
   * @param {boolean} moves
   * @param {number[]} shape
   * @returns {Submission}
   */
  #common(kernel, params, { lane, deadlineMs }, moves, shape) {
    return { kernel: this.#engine.kernel(kernel), lane, moves, shape, params, deadlineMs };
  }

  /**
   * Submits those in front that are alike in their inputs and in whether they can be moved, as far as there is room.
   *
   * @param {Submission} common
   * @param {Job[]} jobs
   * @returns {number[]} the numbers of those that were accepted
   */
  #submitSome(common, jobs) {
    const moves = (/** @type {Job} */ { inputs }) => common.moves && canMove(inputs);
    const [first] = jobs;
    const isFirst = first && moves(first);
    const other = jobs.findIndex((job) => moves(job) !== isFirst || job.inputs.length !== first?.inputs.length);
    const some = other < 0 ? jobs : jobs.slice(0, other);
    const { jobs: numbers, error } = this.#submit({ ...common, moves: !!isFirst }, some);
    if (numbers.length === 0 && error && error.code !== 'queue_full') throw error;
    return numbers;
  }

  /**
   * @param {Submission} common
   * @param {Job} given
   */
  #submitOne(common, given) {
    const { jobs: [job], tasks, error } = this.#submit(common, [given]);
    if (job === undefined) throw error;
    return { job, tasks };
  }

  /**
   * @param {Submission} common
   * @param {Job[]} jobs
   * @returns {{ jobs: number[], tasks: number, error: UnjankError | undefined }}
   */
  #submit(common, jobs) {
    const accepted = this.#engine.submit(common, jobs);
    const numbers = [];
    for (let index = 0; index < accepted.jobs; index += 1) {
      const job = /** @type {Job} */ (jobs[index]);
      const number = accepted.first + index;
      if (job.signal) job.leave = attend(job.signal, number, this.#abort);
      numbers.push(number);
    }
    const left = jobs[accepted.jobs];
    return { jobs: numbers, tasks: accepted.tasks, error: left && refusalOf(accepted, common, left, this.#engine) };
  }
}

/**
 * @param {Accepted} accepted
 * @param {Submission} common
 * @param {Job} job
 * @param {Engine} engine
 */
function refusalOf({ refusal: [reason, word] }, { shape }, job, engine) {
  const [, stride, start = 0, total = 0, before = 0, after = 0] = shape;
  const window = { start, total, before, after };
  return withPayload(refused(reason, word, { length: job.inputs[0]?.length, stride, window, cause: engine.cause }), job.inputs);
}

/**
 * What went wrong in a call, with the payload.
 *
 * @template E
 * @param {E} error
 * @param {Inputs} inputs
 * @returns {E}
 */
function withPayload(error, inputs) {
  if (error instanceof UnjankError) error.payload ??= inputs[0];
  return error;
}

/**
 * @param {Engine} engine
 * @param {Options} options
 * @returns {Promise<Engine>} once it is open
 */
async function begun(engine, { timeline }) {
  if (timeline !== undefined) await chart(engine, timeline);
  try {
    await engine.until(() => isOpen(engine));
  } catch (error) {
    engine.want('close', 1);
    throw error;
  }
  return engine;
}

/**
 * Has what tasks go through drawn, while the first workers start.
 *
 * @param {Engine} engine
 * @param {string} heading
 */
async function chart(engine, heading) {
  try {
    const { Timeline } = await loaded(import('./later/timeline.js'));
    engine.timeline = new Timeline(heading, (kernel) => engine.described(kernel).name);
  } catch (error) {
    // A chart is not worth an error.
    console.warn(`unjank: there is no timeline: ${said(error)}`);
  }
}

/** @param {Engine} engine */
function isOpen(engine) {
  if (engine.lifecycle === 'failed') throw engine.cause;
  expectNotClosing(engine);
  return engine.lifecycle === 'open';
}

/** @param {Engine} engine */
function expectNotClosing({ lifecycle }) {
  if (lifecycle === 'draining' || lifecycle === 'closed') throw makeError('closed');
}

/** @param {unknown} params */
function encodedParams(params) {
  try {
    return params === undefined ? new Uint8Array() : encode(params);
  } catch (error) {
    throw makeError('bad_params', { text: said(error) });
  }
}
