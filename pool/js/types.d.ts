/**
 * Starts a pool of workers; resolves when one is ready.
 *
 * Rejects with an `UnjankError` that says what is wrong with an option, or why no worker can be started.
 *
 * ```js
 * await using pool = await createPool({ kernels: new URL('./kernels.wasm', import.meta.url) });
 * const blurred = await pool.run('blur', { sigma: 1.5 }, pixels);
 * ```
 *
 * Where the types of the kernels are known, because `kernels` is a `KernelModule` or because they are named
 * (`createPool<Types>({ kernels: bytes })`), the pool is a `KernelPool` of them.
 */
export function createPool<T extends KernelTypes<T> = never>(
  options: PoolOptions<T>,
): Promise<string extends keyof T ? Pool : KernelPool<T>>;

/** Bytes to work on: a whole buffer, or a view of a part of one; of an `ImageData`, its pixels. */
export type Payload = ArrayBuffer | ArrayBufferView<ArrayBuffer> | ImageData;

/**
 * What a kernel is given: the bytes of its only input, or those of each, by name or in the order in which it has them.
 * The first is the one that may be cut; of the others every part of the work has all.
 */
export type Given = Payload | readonly Payload[] | { readonly [input: string]: Payload };

/** What most kernels make. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A result, typed as its kernel says. */
export type Value =
  | Bytes | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer> | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** What a kernel makes: one result, or several by their names. */
export type Values = Value | { [name: string]: Value };

/**
 * A WebAssembly module, or where it is: in Node.js, Deno and Bun the path or the URL of a file too. TypeScript takes
 * numbers for modules, so that those must be objects too.
 */
export type Kernels =
  | string | URL | Response | Promise<Response> | BufferSource | (WebAssembly.Module & object);

/** What TypeScript knows of a kernel. */
export interface KernelType {
  params: unknown;
  /** What it is given; `null` if it makes something of numbers alone. */
  given: object | null;
  result: Values;
}

/** The same of all kernels of a module, by their names: what an interface of them has to be like. */
export type KernelTypes<T> = { [Name in keyof T]: KernelType };

declare const types: unique symbol;

/**
 * Where a kernel module is, and the types of its kernels: what a package of kernels exports. When it runs it is a plain
 * `URL`.
 *
 * ```ts
 * export interface Kernels {
 *   blur: { params: { sigma: number }; given: Payload; result: Uint8Array<ArrayBuffer> };
 * }
 * export const kernels: KernelModule<Kernels>;
 * ```
 */
export type KernelModule<T> = URL & { readonly [types]: T };

/** A `TrustedScriptURL`, for pages that require trusted types. */
export interface TrustedScript {
  toJSON(): string;
}

/** `T`: the types of the kernels, if they are known. */
export type PoolOptions<T = never> = PoolSettings & KernelSource<T>;

/** Where kernels come from: one of the two. */
export type KernelSource<T = never> =
  | {
    /** The kernel module: plain WebAssembly that keeps unjank's kernel interface. */
    kernels: Kernels | KernelModule<T>;
    glue?: undefined;
  }
  | {
    /** A kernel module that was made with wasm-bindgen; `worker` is a script that serves its glue. */
    glue: Kernels;
    kernels?: undefined;
    /** Such kernels need workers. */
    fallback?: undefined;
    inline?: undefined;
  };

/** A `Worker` of `node:worker_threads`. */
export interface Thread {
  readonly threadId: number;
  postMessage(message: unknown): void;
  terminate(): Promise<number>;
}

export interface PoolSettings {
  /**
   * The workers' script, or a function that makes a worker; `worker.js` beside this module by default. In Node.js, Deno
   * and Bun such a function may return a thread, whose script is or imports `unjank/worker.js`.
   */
  worker?: string | URL | TrustedScript | (() => Worker | Thread) | undefined;
  /** The pool's own WebAssembly; `core.wasm` beside this module by default. */
  wasm?: Kernels | undefined;
  /**
   * Workers at most; by default as many as the device is good for, and as there are cores where there is no page. With
   * 0 kernels run on the page itself, one task after the other, and between two the page has a turn every 4 ms. One
   * that runs holds the page for as long as it takes: no signal and no deadline stops it. Chromium runs modules of up
   * to 8 MiB there. It goes with neither `glue` nor `worker`, and leaves `spares` without a use.
   */
  workers?: number | undefined;
  /**
   * `'inline'`: where no worker can be had, because there are none, or the origin is opaque, or the content security
   * policy forbids them, kernels run on the page, as with `workers: 0`. A warning says why. It is decided once, before
   * the pool opens: at once where the browser refuses outright, else after some starts that failed (about 0.7 s); a pool
   * that had a worker does without. None by default.
   */
  fallback?: 'inline' | undefined;
  /**
   * `'auto'`: a job of `run` or `runPiece` runs at once, on the page, if that is far cheaper than a trip to a worker:
   * it has at most 4 KiB, nothing is in front of it, workers took at most a fifth of a trip for its kernel's jobs on
   * average, of which 16 or more were measured, and such jobs had less than 1 ms in this task of the page. A kernel
   * that trapped, or that took 8 ms on the page, goes to workers from then on. Everything else does anyway. None by
   * default.
   */
  inline?: 'auto' | undefined;
  /** Workers that stay when there is nothing to do; 1 by default. */
  minWorkers?: number | undefined;
  /** Ready workers kept beyond these, to step in when one is terminated or lost; 0 by default. */
  spares?: number | undefined;
  /** Jobs waiting at most; 1024 by default. */
  queue?: number | undefined;
  /** Tasks that one worker may hold if they can be replayed; 2 by default. */
  depth?: number | undefined;
  /** How long a worker may be idle before it is ended; 30,000 by default. */
  idleTimeoutMs?: number | undefined;
  /** How long a worker may take to start; 10,000 by default. */
  startTimeoutMs?: number | undefined;
  /** Linear memory above which an instance is replaced by a fresh one; 64 MiB by default. */
  memoryLimitBytes?: number | undefined;
  /** Bytes that workers may keep in all; 1 GiB by default. More is an error of the code `resident_full`. */
  residentBytes?: number | undefined;
  /**
   * Whether to show what each task goes through in the browser's performance timeline: in DevTools
   * on one track for what waits and one for each worker. A text is the heading of these tracks;
   * `true` stands for `'unjank'`. False by default.
   */
  timeline?: boolean | string | undefined;
}

/** A pool of workers. One that nobody holds any more is closed once its jobs have settled. */
export interface Pool extends AnyPool {
  /**
   * Runs a kernel on a payload, which is moved to the worker unless `transfer` is false or it is a part of a
   * buffer; small ones are copied. `params` are written down in this call: what happens to them afterwards
   * changes nothing.
   *
   * The result has the type that its kernel says: `run<Float32Array<ArrayBuffer>>(…)`. It is a view of a buffer that
   * may be longer, such as the one that the input came in, unless `exact` is true. A kernel with several outputs has
   * them by name: `run<{ mask: Uint8Array<ArrayBuffer>, sums: Float64Array<ArrayBuffer> }>(…)`.
   */
  run<Result extends Values = Bytes>(
    kernel: string, params: unknown, payload: Given, options?: RunOptions,
  ): Promise<NoInfer<Result>>;
  /**
   * `run` for those who want to know which worker computed the result, and for how long: it comes as chunks do.
   */
  runPiece<Result extends Values = Bytes>(
    kernel: string, params: unknown, payload: Given, options?: RunOptions,
  ): Promise<Chunk<NoInfer<Result>>>;
  /**
   * Runs a kernel on each of many payloads, and gives the results in their order: what `run` does for one, at a
   * fraction of the cost for small ones. They need not fit the queue. Rejects with the first error in that order,
   * and cancels the others.
   */
  runAll<Result extends Values = Bytes>(
    kernel: string, params: unknown, payloads: readonly Given[], options?: RunAllOptions,
  ): Promise<NoInfer<Result>[]>;
  /**
   * Runs a kernel on the pieces of a source, which stays with the page and must not be changed until the work has
   * ended. Throws an `UnjankError` that says why the work is not accepted.
   */
  mapChunks<Result extends Values = Bytes>(
    kernel: string, params: unknown, source: Given, options: ChunkOptions,
  ): Chunks<NoInfer<Result>>;
  /**
   * Runs a kernel that makes something of numbers alone, such as a fractal, on the parts of a range: for each it is
   * told of which units. Throws an `UnjankError` that says why the work is not accepted.
   */
  mapRange<Result extends Values = Bytes>(
    kernel: string, params: unknown, options: RangeOptions,
  ): Chunks<NoInfer<Result>>;
  /**
   * Has workers keep data, each a part of it, for who wants to compute from it more than once: nothing of it travels
   * again. Resolves once all of it is there.
   *
   * ```js
   * const photo = await pool.load(pixels, { stride: 4 * width, halo: 48 });
   * for await (const { start, bytes } of photo.map('blur', { sigma: 8 })) paint(start, bytes);
   * photo.release();
   * ```
   *
   * The bytes are copied, and must not be changed until then. With the usual `source` they are the pool's until the data
   * is released: a worker that is lost costs nothing but time, since its part is loaded anew.
   *
   * A function in their place gives each part when it is wanted, out of a file or of another worker: then the page
   * copies nothing, and need not have all of it.
   */
  load(data: Payload | UnitSource, options: LoadOptions): Promise<Resident>;
}

/** A pool of which TypeScript knows the kernels: what they are called, and what they take and make. */
export interface KernelPool<T extends KernelTypes<T>> extends AnyPool {
  /** See {@link Pool.run}. */
  run<Name extends Taking<T>[keyof T]>(
    kernel: Name, params: T[Name]['params'], payload: T[Name]['given'], options?: RunOptions,
  ): Promise<T[Name]['result']>;
  /** See {@link Pool.runPiece}. */
  runPiece<Name extends Taking<T>[keyof T]>(
    kernel: Name, params: T[Name]['params'], payload: T[Name]['given'], options?: RunOptions,
  ): Promise<Chunk<T[Name]['result']>>;
  /** See {@link Pool.runAll}. */
  runAll<Name extends Taking<T>[keyof T]>(
    kernel: Name, params: T[Name]['params'], payloads: readonly T[Name]['given'][], options?: RunAllOptions,
  ): Promise<T[Name]['result'][]>;
  /** See {@link Pool.mapChunks}. */
  mapChunks<Name extends Taking<T>[keyof T]>(
    kernel: Name, params: T[Name]['params'], source: T[Name]['given'], options: ChunkOptions,
  ): Chunks<T[Name]['result']>;
  /** See {@link Pool.mapRange}. */
  mapRange<Name extends Making<T>[keyof T]>(
    kernel: Name, params: T[Name]['params'], options: RangeOptions,
  ): Chunks<T[Name]['result']>;
  /** See {@link Pool.load}. */
  load(data: Payload | UnitSource, options: LoadOptions): Promise<KernelResident<T>>;
}

// Not unions of names: of those a compiler that refuses another name says only what they are called.

/** The kernels that are given something, by their names. */
type Taking<T extends KernelTypes<T>> = { [Name in keyof T]: T[Name]['given'] extends null ? never : Name };

/** Those that make something of numbers alone. */
type Making<T extends KernelTypes<T>> = { [Name in keyof T]: T[Name]['given'] extends null ? Name : never };

/** Those that make one output of one input. */
type Mapping<T extends KernelTypes<T>> = {
  [Name in keyof T]: Payload extends T[Name]['given'] ? T[Name]['result'] extends Value ? Name : never : never
};

/** What every pool has, whichever its kernels are. */
export interface AnyPool extends MaybeDisposable {
  /** Resolves when the queue has room; rejects when the pool closes, or has no worker. */
  ready(): Promise<void>;
  /**
   * Starts workers again in a pool that has none because none could be started, without the rest after which its
   * first job would; resolves when one is ready, and rejects with the cause or when the pool is closed. A pool that
   * has workers is left as it is.
   */
  reopen(): Promise<void>;
  /**
   * Sends nothing to workers until `resume`: what they have, or what was on its way to them, they go on with, and
   * everything else waits. Jobs are accepted as ever, and their deadlines pass. A pool that closes goes on.
   */
  pause(): void;
  /** Ends a pause. */
  resume(): void;
  /**
   * Lets so many workers compute at a time from here on, 1 to 65,535. More are started when there is work for
   * them; of those that are too many each is ended as soon as it has answered what it holds, and no job is lost. A
   * pool on the page itself stays as it is.
   */
  resize(workers: number): void;
  /** What the pool has done and is doing. */
  stats(): PoolStats;
  /**
   * Has a listener told of what happens to the pool from here on: once for each change, after the promises of the jobs
   * concerned have settled. It may call anything of the pool; what it throws is an error that nobody caught. Returns a
   * function that ends it. Throws an `UnjankError` of the code `bad_option` for an event that there is not.
   *
   * A listener that refers to the pool holds it: then close the pool, or end the listener, when it is not needed.
   */
  on<Name extends keyof PoolEvents>(
    event: Name, listener: (change: PoolEvents[Name]) => void, options?: ListenerOptions,
  ): () => void;
  /**
   * Takes no more jobs; lets the accepted ones finish (`'drain'`, the default) or cancels them (`'abort'`);
   * resolves when all have settled and all workers are gone. `await using` does this.
   */
  close(mode?: 'drain' | 'abort'): Promise<void>;
  /** Resolves when all jobs have settled and all workers are gone, whoever closed the pool. */
  readonly closed: Promise<void>;
}

/** What a pool tells its listeners, and what they are given. */
export interface PoolEvents {
  /** A worker is being started, is ready, or is gone. */
  worker: WorkerChange;
  /** A job was accepted, and all before it had settled. */
  busy: undefined;
  /** All jobs that were accepted have settled. */
  idle: undefined;
  /** All that was accepted is with workers, or waits for its consumer to take: `queued` is 0. */
  empty: undefined;
  /** The queue was full, and has room again. */
  room: undefined;
  /** The pool has closed. Whoever listens afterwards is told too. */
  closed: undefined;
}

/** What became of a worker. */
export type WorkerChange = {
  slot: number;
  /** How many workers the slot had before. */
  generation: number;
} & (
  | { state: 'starting' | 'ready' }
  /**
   * It had nothing to do; a job that it ran was aborted or late (`'stopped'`); it could not renew its instance
   * (`'retired'`); or the pool closed.
   */
  | { state: 'gone', reason: 'idle' | 'stopped' | 'retired' | 'closed' }
  /** It died, or could not be started, and this is why. */
  | { state: 'gone', reason: 'lost', error: UnjankError }
);

export interface ListenerOptions {
  /** Ends it too. One that is aborted already tells nothing. */
  signal?: AbortSignal | undefined;
}

export interface JobOptions {
  /** How urgent it is; `'normal'` by default. */
  lane?: 'interactive' | 'normal' | 'background' | undefined;
  /** How long it may take; no limit by default, as with `Infinity`. */
  deadlineMs?: number | undefined;
  /**
   * Aborts it: waiting, it leaves the queue; running, its worker is terminated and replaced; aborted
   * already, nothing is begun or moved. Its reason is the `cause` of the error.
   */
  signal?: AbortSignal | undefined;
}

export interface RunAllOptions extends JobOptions {
  /** Whether the payload is moved to the worker (the default) or copied. */
  transfer?: boolean | undefined;
  /** Bytes of one unit of the payload; 1 by default. */
  stride?: number | undefined;
}

export interface RunOptions extends RunAllOptions {
  /** Where the payload stands in a whole that was cut elsewhere; it is the whole by default. */
  window?: PieceWindow | undefined;
  /**
   * Whether several workers may compute parts of a large payload at the same time, each with as much context as the
   * kernel says that it needs. False by default, but for kernels with a grain: those always may be. One worker
   * computes all of it if the kernel has further inputs or outputs, or is not pure.
   */
  spread?: boolean | undefined;
  /** Whether the result's buffer has no other bytes; false by default, since it may take a copy. */
  exact?: boolean | undefined;
  /**
   * Where the result is put: a view of its beginning comes back. One that is longer is an error of the code
   * `undeliverable`. For kernels with one output.
   */
  into?: ArrayBuffer | ArrayBufferView<ArrayBuffer> | undefined;
}

/** Where a piece stands in its whole, in units of `stride` bytes. */
export interface PieceWindow {
  /** Index, in the whole, of the first unit to compute: the one behind the halo. */
  start: number;
  /** Units of the whole. */
  total: number;
  /** Halo units at the beginning of the piece; 0 by default. `alone.js` knows what a kernel needs. */
  before?: number | undefined;
  /** Halo units at the end of the piece; 0 by default. */
  after?: number | undefined;
}

export interface ChunkOptions extends CutOptions {
  /** Bytes of one unit of the source: a row of pixels, a record. */
  stride: number;
  /** Units of context on either side of a chunk; 0 by default. `alone.js` knows what a kernel needs. */
  halo?: number | undefined;
}

export interface RangeOptions extends CutOptions {
  /** How many there are: rows of a fractal, steps of a search. */
  units: number;
}

export interface CutOptions extends JobOptions {
  /** Units in a chunk; of a source about 1 MiB worth by default, of a range a 64th. */
  chunkUnits?: number | undefined;
  /** Results as they finish (the default) or in the order of the source. */
  order?: 'finish' | 'source' | undefined;
  /** Bytes of results that wait for their consumer, at which the work behind them pauses; 64 MiB by default. */
  highWaterMarkBytes?: number | undefined;
}

export interface MapOptions extends CutOptions {
  /** Which units, such as the rows that are on the screen; all by default. Workers that keep others have nothing to do. */
  range?: UnitRange | undefined;
}

export interface LoadOptions {
  /** Bytes of one unit: a row of pixels, a record. */
  stride: number;
  /** How many there are: wanted where a function gives them, and known of bytes. */
  units?: number | undefined;
  /**
   * Units of context that each worker has beside its part on either side: as many as kernels need, or a series of them
   * in all; 0 by default. `alone.js` knows what a kernel needs.
   */
  halo?: number | undefined;
  /**
   * Where a part comes from when its worker is lost: from `data`, which the page keeps and must not change (`'keep'`,
   * the default); from nowhere, so that everything that needs it is an error of the code `resident_lost` from then on
   * (`'none'`); or from a function that gives the same bytes again. A function in place of `data` is asked again with
   * `'keep'`.
   */
  source?: 'keep' | 'none' | UnitSource | undefined;
  /** Ends the loading: nothing is kept then. */
  signal?: AbortSignal | undefined;
}

/** Gives the bytes of some units. They are given away if they have a buffer for themselves, and copied otherwise. */
export type UnitSource = (range: UnitRange) => Payload | Promise<Payload>;

export interface UnitRange {
  /** Index of the first unit. */
  first: number;
  /** How many units. */
  count: number;
}

/**
 * Data that workers keep, beside the instances of their kernels, until it is released or the pool is closed; `using`
 * releases it, and so does losing hold of it. It never changes.
 *
 * Kernels that make one output of one input, part by part, compute from it. Workers that keep some of it do nothing
 * else meanwhile. Work that is aborted or late ends with the piece that is computed, about a millisecond's worth: its
 * worker stays, unless it does not end for a second.
 */
export interface Resident extends Pipeline, AnyResident {}

/** Data that workers keep, for kernels of which TypeScript knows the types: see {@link Resident}. */
export interface KernelResident<T extends KernelTypes<T>> extends KernelPipeline<T>, AnyResident {}

/** What all data that workers keep has, whichever the kernels are. */
export interface AnyResident extends MaybeReleased {
  readonly units: number;
  /** Bytes of a unit. */
  readonly stride: number;
  /** Units of context that kernels may need: of what was kept of results as many as are left. */
  readonly halo: number;
  /** Has workers forget it once what has begun with it has ended. Everything else is an error of the code `released`. */
  release(): void;
}

/**
 * Kernels for data that workers keep: `map`, `run` and `keep` do them one after the other, in one trip. What lies
 * between two of them never leaves its worker; of context they need as much as all of them together.
 */
export interface Pipeline {
  /**
   * With one more kernel. Nothing is computed yet. Throws an `UnjankError` that says why it can't be.
   *
   * ```js
   * const blurred = photo.through('blur', { sigma: 8 });
   * for await (const { start, bytes } of blurred.map('shrink', { factor: 3 })) paint(start, bytes);
   * ```
   */
  through(kernel: string, params: unknown): Pipeline;
  /** And this kernel last: results as `mapChunks` has them. Throws an `UnjankError` that says why it can't. */
  map<Result extends Values = Bytes>(
    kernel: string, params: unknown, options?: MapOptions,
  ): Chunks<NoInfer<Result>>;
  /** All results as one. */
  run<Result extends Values = Bytes>(
    kernel: string, params: unknown, options?: MapOptions,
  ): Promise<NoInfer<Result>>;
  /**
   * Has the results kept where they are made, as data of their own. If a worker is lost they are computed anew, unless
   * what they were made of is released: then they are lost with it.
   */
  keep(kernel: string, params: unknown, options?: JobOptions): Promise<Resident>;
}

/** The same for kernels of which TypeScript knows the types. */
export interface KernelPipeline<T extends KernelTypes<T>> {
  /** See {@link Pipeline.through}. */
  through<Name extends Mapping<T>[keyof T]>(kernel: Name, params: T[Name]['params']): KernelPipeline<T>;
  /** See {@link Pipeline.map}. */
  map<Name extends Mapping<T>[keyof T]>(
    kernel: Name, params: T[Name]['params'], options?: MapOptions,
  ): Chunks<T[Name]['result']>;
  /** See {@link Pipeline.run}. */
  run<Name extends Mapping<T>[keyof T]>(
    kernel: Name, params: T[Name]['params'], options?: MapOptions,
  ): Promise<T[Name]['result']>;
  /** See {@link Pipeline.keep}. */
  keep<Name extends Mapping<T>[keyof T]>(
    kernel: Name, params: T[Name]['params'], options?: JobOptions,
  ): Promise<KernelResident<T>>;
}

/** What `using` calls: see {@link MaybeDisposable}. */
export type MaybeReleased = SymbolConstructor extends { readonly dispose: infer Name extends symbol }
  ? { [name in Name]: () => void }
  : {};

export interface GatherOptions {
  /** Where the results are put: a view of its beginning comes back. For kernels with one output. */
  into?: ArrayBuffer | ArrayBufferView<ArrayBuffer> | undefined;
}

/** One result of chunked work, or of a piece. */
export interface Chunk<Result extends Values = Bytes> {
  /** Which chunk, from 0; 0 for a piece. */
  index: number;
  /** The first unit it answers for. */
  start: number;
  /** How many units it answers for. */
  units: number;
  /** The result, as its kernel has it: a view of a buffer that may be longer, such as the one that the input came in. */
  values: Result;
  /** The bytes of it, or of its first output. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The slot of the worker that computed it; -1 for a job that ran at once, on the page. */
  slot: number;
  /** Time inside the kernel. */
  computeMs: number;
}

/**
 * The results of chunked work: `for await (const chunk of chunks)`. They are taken one by one or gathered, and only
 * once; leaving the loop ends the work.
 */
export interface Chunks<Result extends Values = Bytes> extends MaybeDisposable {
  /** The next result. */
  next(): Promise<IteratorResult<Chunk<Result>, undefined>>;
  /** Ends the work: what waits is dropped, what runs finishes unheard. Leaving a loop does this. */
  return(): Promise<IteratorResult<Chunk<Result>, undefined>>;
  /** The same, for an error of the consumer's, with which it rejects. */
  throw(error: unknown): Promise<IteratorResult<Chunk<Result>, undefined>>;
  [Symbol.asyncIterator](): Chunks<Result>;
  /** Stops the work wherever it is; whoever waits for it hears the code `cancelled`. */
  abort(): void;
  /** All results as one, in the order of the source. */
  gather(options?: GatherOptions): Promise<Result>;
  /**
   * All results in the place of the source, whose buffer it is: nothing of that size has to be found. Each must be as
   * long as its part of the source. If the work fails, some parts of the source may be replaced.
   */
  gatherInPlace(): Promise<Result>;
  /** Chunks whose result has come. */
  readonly done: number;
  /** All chunks. */
  readonly total: number;
}

/**
 * What `await using` calls, in programs whose `lib` knows it (`esnext.disposable`); in others nothing is there, and
 * nothing is wanted. The objects have it wherever the engine does.
 */
export type MaybeDisposable = SymbolConstructor extends { readonly asyncDispose: infer Name extends symbol }
  ? { [name in Name]: () => Promise<void> }
  : {};

export interface WorkerStats {
  slot: number;
  state: 'vacant' | 'starting' | 'idle' | 'busy';
  /** How many workers the slot had before. */
  generation: number;
  /** Tasks answered. */
  tasks: number;
  /** Time inside kernels. */
  busyMs: number;
  /** Time spent copying into and out of linear memory. */
  copyMs: number;
  /** Linear memory after the last answer. */
  memoryBytes: number;
  /** The most linear memory seen after an answer. */
  peakMemoryBytes: number;
  /** Time with a ready worker. */
  readyMs: number;
  /** The share of that time spent on answered tasks, copies included: from 0 to 1. */
  busyShare: number;
}

/** How long things took since the pool was made: at most 71 minutes each, and all 0 where there was nothing. */
export interface Percentiles {
  /** Half took no longer. Like those below by the nearest rank, and at most an eighth too long. */
  p50: number;
  /** Of ten, nine took no longer. */
  p90: number;
  /** Of a hundred, all but one took no longer. */
  p99: number;
  /** The longest took exactly this. */
  max: number;
}

export interface PoolStats {
  /** One for each slot, those of spares among them. */
  workers: WorkerStats[];
  /** Tasks waiting. */
  queued: number;
  /** Tasks sent and not answered. */
  inFlight: number;
  submitted: number;
  completed: number;
  failed: number;
  cancelled: number;
  timedOut: number;
  lost: number;
  /** How long jobs waited before their first task was sent, while the page could run. */
  waitingMs: Percentiles;
  /** How long answered tasks were inside their kernels. */
  runningMs: Percentiles;
  /** Whether kernels run on the page itself, which is then its one worker. */
  inline: boolean;
  /** Jobs that ran at once, by `inline: 'auto'`: no other figure counts them. */
  atOnce: number;
  /** Linear memory of the pool's own module, which is one for all pools of the page. */
  coreBytes: number;
}

/** What went wrong: one code for each cause that a caller would treat in its own way. */
export type ErrorCode =
  // The job was not accepted, and nothing was moved.
  | 'queue_full' | 'closed' | 'unknown_kernel' | 'bad_option' | 'bad_params' | 'bad_plan'
  | 'payload_too_large' | 'not_a_buffer' | 'detached' | 'shared_buffer' | 'resizable_buffer'
  // It has no result.
  | 'cancelled' | 'deadline_exceeded' | 'worker_lost' | 'kernel' | 'panicked' | 'undeliverable'
  | 'broken_kernel' | 'uneven' | 'consumed'
  // Data that workers keep is not there.
  | 'resident_full' | 'resident_lost' | 'released'
  // No worker could be started.
  | 'core_unavailable' | 'part_unavailable' | 'script_unavailable' | 'init_failed' | 'kernels_unavailable' | 'bad_kernels'
  | 'out_of_memory' | 'version_mismatch' | 'start_timed_out' | 'unsupported';

/** What an error has beside its code and its message. */
export interface ErrorDetails {
  cause?: unknown;
  payload?: Uint8Array<ArrayBuffer> | undefined;
  kernelCode?: number | undefined;
  location?: string | undefined;
  attempts?: number | undefined;
}

/**
 * What a pool throws and rejects with. Its `name` is `UnjankError`; tell errors apart by `code`, which works between
 * two copies of this package too.
 */
export class UnjankError extends Error {
  constructor(code: ErrorCode, message: string, details?: ErrorDetails);
  readonly code: ErrorCode;
  /**
   * What led to it: a signal's reason, such as a `TimeoutError`, for `cancelled`; why no worker could be started;
   * what became of a worker.
   */
  readonly cause?: unknown;
  /**
   * What was submitted, if the page still has it: of several inputs the first, beside which the others are. It is not
   * enumerable: logs and copies leave it out.
   */
  readonly payload?: Uint8Array<ArrayBuffer> | undefined;
  /** For `kernel`: the kernel's own number. */
  readonly kernelCode?: number | undefined;
  /** For `panicked`: `file:line:column`; none for a trap. */
  readonly location?: string | undefined;
  /** For `worker_lost`: how many workers it lost. */
  readonly attempts?: number | undefined;
  /** For logs: without the payload. */
  toJSON(): object;
}

// Without it, all of this would be exported.
export {};
