/** Bytes to work on: a whole buffer, or a view of a part of one. */
export type Payload = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** A `TrustedScriptURL`, for pages that require trusted types. */
export interface TrustedScript {
  toJSON(): string;
}

/** A kernel module, or where it is. */
export type Kernels =
  | string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module;

export interface PoolOptions {
  /**
   * The kernel module: plain WebAssembly that keeps unjank's kernel interface. It may be left out by an app in Rust
   * whose own module has kernels beside the pool.
   */
  kernels?: Kernels;
  /** Workers at most; by default as many as the device is good for. */
  workers?: number;
  /** Workers that stay when there is nothing to do; 1 by default. */
  minWorkers?: number;
  /** Ready workers kept beyond these, to step in when one is terminated or lost; 0 by default. */
  spares?: number;
  /** Jobs waiting at most; 1024 by default. */
  queue?: number;
  /** Tasks that one worker may hold if they can be replayed; 2 by default. */
  depth?: number;
  /** The workers' script, or a function that makes a worker; `worker.js` beside the glue by default. */
  worker?: string | URL | TrustedScript | (() => Worker);
  /** How long a worker may be idle before it is ended; 30,000 by default. */
  idleTimeoutMs?: number;
  /** How long a worker may take to start; 10,000 by default. */
  startTimeoutMs?: number;
  /** Linear memory above which an instance is replaced by a fresh one; 64 MiB by default. */
  memoryLimitBytes?: number;
  /**
   * Whether to show what each task goes through in the browser's performance timeline: in DevTools
   * on one track for what waits and one for each worker. A text is the heading of these tracks;
   * `true` stands for `'unjank'`. False by default.
   */
  timeline?: boolean | string;
}

export interface JobOptions {
  /** How urgent it is; `'normal'` by default. */
  lane?: 'interactive' | 'normal' | 'background';
  /** How long it may take; no limit by default. */
  deadlineMs?: number;
  /**
   * Aborts it: waiting, it leaves the queue; running, its worker is terminated and replaced; aborted
   * already, nothing is begun or moved.
   */
  signal?: AbortSignal;
}

export interface RunOptions extends JobOptions {
  /** Whether the payload is moved to the worker (the default) or copied. */
  transfer?: boolean;
  /** Bytes of one unit of the payload; 1 by default. */
  stride?: number;
  /** Where the payload stands in a whole that was cut elsewhere; it is the whole by default. */
  window?: PieceWindow;
}

/** Where a piece stands in its whole, in units of `stride` bytes. */
export interface PieceWindow {
  /** Index, in the whole, of the first unit to compute: the one behind the halo. */
  start: number;
  /** Units of the whole. */
  total: number;
  /** Halo units at the beginning of the piece; 0 by default. `alone.js` knows what a kernel needs. */
  before?: number;
  /** Halo units at the end of the piece; 0 by default. */
  after?: number;
}

export interface ChunkOptions extends JobOptions {
  /** Bytes of one unit of the source: a row of pixels, a record. */
  stride: number;
  /** Units in a chunk; about 1 MiB worth by default. */
  chunkUnits?: number;
  /** Units of context on either side of a chunk; 0 by default. `alone.js` knows what a kernel needs. */
  halo?: number;
  /** Results as they finish (the default) or in the order of the source. */
  order?: 'finish' | 'source';
}

/** One result of chunked work, or of a piece. */
export interface Chunk {
  /** Which chunk, from 0; 0 for a piece. */
  index: number;
  /** The first unit it answers for. */
  start: number;
  /** How many units it answers for. */
  units: number;
  /** The result: a view of a buffer that may be longer, such as the one that the input came in. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The slot of the worker that computed it. */
  slot: number;
  /** Time inside the kernel. */
  computeMs: number;
}

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
}

/** What a pool throws and rejects with. */
export interface UnjankError extends Error {
  name: 'UnjankError';
  code:
    | 'queue_full' | 'closed' | 'unknown_kernel' | 'payload_too_large' | 'detached'
    | 'shared_buffer' | 'resizable_buffer' | 'not_a_buffer' | 'bad_plan' | 'bad_option'
    | 'cancelled' | 'deadline_exceeded' | 'worker_lost' | 'kernel' | 'bad_params' | 'panicked'
    | 'undeliverable' | 'uneven' | 'broken_kernel' | 'kernels_unavailable' | 'bad_kernels'
    | 'script_unavailable' | 'init_failed' | 'out_of_memory' | 'version_mismatch' | 'start_timed_out'
    | 'unsupported';
  /** What was submitted, if the page still has it. */
  payload?: Uint8Array<ArrayBuffer>;
  /** For `kernel`: the kernel's own number. */
  kernelCode?: number;
  /** For `panicked`: `file:line:column`; none for a trap. */
  location?: string;
  /** For `worker_lost`: how many workers it lost. */
  attempts?: number;
}

export interface Chunks extends AsyncIterable<Chunk, undefined> {}
