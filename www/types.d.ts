// What the modules use of the built package, and of platforms newer than TypeScript's own library.
// The folder `pkg` appears beside these files only in the built site, so its face is stated here.

declare module '*/pkg/unjank_demo.js' {
  export type Lane = 'interactive' | 'normal' | 'background';

  export type Payload = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

  export interface PoolOptions {
    workers?: number;
    minWorkers?: number;
    queue?: number;
    worker?: string | URL | (() => Worker);
    idleTimeoutMs?: number;
    startTimeoutMs?: number;
    memoryLimitBytes?: number;
    depth?: number;
  }

  export interface RunOptions {
    lane?: Lane;
    deadlineMs?: number;
    signal?: AbortSignal;
    transfer?: boolean;
    stride?: number;
  }

  export interface ChunkOptions {
    /** Bytes per unit: a row of pixels. */
    stride: number;
    chunkUnits?: number;
    /** Units of context on either side. */
    halo?: number;
    order?: 'finish' | 'source';
    lane?: Lane;
    deadlineMs?: number;
    signal?: AbortSignal;
  }

  export interface Chunk {
    index: number;
    /** The first unit. */
    start: number;
    units: number;
    /** The chunk without its halo. */
    bytes: Uint8Array<ArrayBuffer>;
    slot: number;
    computeMs: number;
  }

  export interface WorkerStats {
    slot: number;
    state: 'vacant' | 'starting' | 'idle' | 'busy';
    generation: number;
    tasks: number;
    busyMs: number;
    copyMs: number;
    memoryBytes: number;
    peakMemoryBytes: number;
  }

  export interface PoolStats {
    workers: WorkerStats[];
    queued: number;
    inFlight: number;
    submitted: number;
    completed: number;
    failed: number;
    cancelled: number;
    timedOut: number;
    lost: number;
  }

  export class Chunks implements AsyncIterable<Chunk> {
    next(): Promise<IteratorResult<Chunk, undefined>>;
    return(): Promise<IteratorResult<Chunk, undefined>>;
    readonly done: number;
    readonly total: number;
    abort(): void;
    gather(): Promise<Uint8Array<ArrayBuffer>>;
    [Symbol.asyncIterator](): AsyncIterator<Chunk, undefined>;
  }

  export class Pool {
    static build(options?: PoolOptions): Promise<Pool>;
    run(
      kernel: string,
      params: unknown,
      payload: Payload,
      options?: RunOptions,
    ): Promise<Uint8Array<ArrayBuffer>>;
    mapChunks(
      kernel: string,
      params: unknown,
      source: Payload,
      options: ChunkOptions,
    ): Chunks;
    ready(): Promise<void>;
    stats(): PoolStats;
    close(mode?: 'drain' | 'abort'): Promise<void>;
  }

  export function kernelHalo(kernel: string, params: unknown): number;
  export function runOnPage(
    kernel: string,
    params: unknown,
    source: Uint8Array,
    stride: number,
  ): Uint8Array;

  /** Fetches and compiles the module; answers with its exports. */
  export default function init(): Promise<{ memory: WebAssembly.Memory }>;
}

/** The part of a dedicated worker's global scope that the worker modules use. */
interface WorkerScope {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Orientation of a decoded frame: known to newer engines only. */
interface VideoFrame {
  readonly rotation?: number;
  readonly flip?: boolean;
}
