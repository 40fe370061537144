/**
 * All that is said between a page and its workers. Types only.
 *
 * The worker says that it listens; the page says `start` (when it makes the worker, and again when it
 * listens, because what arrives before is lost); the worker says `ready`, or what went wrong. After that
 * every array is a request, and is answered by one reply or more. Messages of any other shape are somebody
 * else's and are left alone.
 *
 * Requests and replies are a frame and the buffers of the transfer list, which the frame refers to by
 * index. A frame is words of 32 bits, little-endian, and then bytes. `protocol/src/frame.rs` has the same
 * layout in Rust.
 */

/** From the page. Said twice, and the second one is ignored. */
export interface Start {
  unjank: 'start';
  /** Compiled; none where it cannot be cloned to a worker, which then loads it itself from `url`. */
  module?: WebAssembly.Module;
  /** Where the module is, if the page knows. */
  url?: string;
  /** Linear memory above which an instance is replaced, in bytes. */
  memoryLimit: number;
  /** The name of a lock to hold for as long as the worker lives. */
  tether?: string;
}

/** From the worker. */
export type Word =
  | { unjank: 'listening' }
  /**
   * It works. `version` is that of the frames, as in their first word; `description` is the module's, as
   * it stands in its memory: CBOR.
   */
  | { unjank: 'ready'; version: 4; description: Uint8Array<ArrayBuffer> }
  /** It could not read the message that starts it: this engine cannot clone modules. */
  | { unjank: 'unreadable' }
  /** It cannot work, or it was sent a request that cannot be read: it is to be replaced. */
  | { unjank: 'failed'; fault: Fault; message: string }
  /** It was told to close by its kernel, and does after the task that runs. */
  | { unjank: 'closing' };

/** `module`: it fails, whoever tries it; `memory`: there is too little; `worker`: anything else. */
export type Fault = 'module' | 'memory' | 'worker';

/** The frame has its buffer for itself. A task with a lease is alone in its message. */
export type Request = [frame: Uint8Array<ArrayBuffer>, buffers: ArrayBuffer[], lease?: Lease];

/** For as long as such a task takes, its worker and the page have a port to talk. */
export interface Lease {
  /** Where the script is that this takes. */
  url: string;
  /**
   * To the page. Where several workers work on a buffer, who holds it is told `ToHolder`, and who helps, whose payload
   * has no meaning, `ToHelper`. Where the page gives something to keep, `ToKeeper`.
   */
  port: MessagePort;
  /**
   * Units of context in front of what is computed and behind it; null: the module is to be asked. Given where several
   * workers work on a buffer.
   */
  halo?: [before: number, after: number] | null;
  /** What is to be computed of something that the worker keeps. */
  run?: Run;
}

/** A range of units that a worker keeps of a whole, under the number that the page gave it. */
export interface Held {
  /** Bytes of a unit. */
  stride: number;
  /** Units of the whole. */
  total: number;
  /** The first unit that is here, and the one behind the last. */
  from: number;
  to: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Something to keep, or nothing, if the worker was wanted for nothing else. It stays until the port is told `null`; before
 * that it may be told a buffer that nobody needs.
 */
export interface ToKeeper { id?: number; held?: Held }

/** What is to be computed of something that is kept, until the port is told `null`. */
export interface Run {
  id: number;
  /** What is done to it, one after the other: the first is also the task's. */
  steps: Step[];
  /** Parts, each with a result of its own, in the order in which they are wanted. */
  parts: [index: number, start: number, units: number][];
  /** The number under which the results are kept as one, with as much context as they have; none: they are sent. */
  into?: number;
}

/** A kernel, as far as a worker has to know it that computes something of what it keeps. */
export interface Step {
  kernel: number;
  params: Uint8Array<ArrayBuffer>;
  /** Units of context in front of what is computed and behind it; null: the module is to be asked. */
  halo: [before: number, after: number] | null;
  /** That of the kernel: with one a result is as long as what it is made of. 0: none. */
  grain: number;
  /** Bytes of a result for each unit; 0: any. */
  unit: number;
  /** Of the input that a result may lie in; 0: none. */
  slot: number;
}

/** What such a worker says: a result; what it keeps from now on; or what it lacks. */
export type FromKeeper =
  | { index: number; start: number; units: number; bytes: Uint8Array<ArrayBuffer>; computeMs: number }
  | { kept: Omit<Held, 'bytes'> }
  /** It has nothing under that number. */
  | { lacks: 'all' }
  /** The kernel needs so many units of context, and it has fewer. */
  | { lacks: [before: number, after: number] };

/** Where a helper is, by what the page calls it; without `at`: it is gone. */
export interface ToHolder { helper: number; at?: MessagePort }

/** Where the holder is; without it: it is over. */
export interface ToHelper { to?: MessagePort }

/** Buffers: those of outputs, and behind them those of the request that are free again. */
export type Reply = [frame: Uint8Array<ArrayBuffer>, buffers: ArrayBuffer[]];

/*
 * Header of every frame, 8 words:
 *   0  'u', 'j', and the version in the upper half: 0x0004_6a75
 *   1  kind: 2 request, 3 reply
 *   2..7 by kind
 * Offsets of bytes count from the beginning of the bytes, which follow the last word.
 *
 * Request
 *   header: 2 params, 3 tasks, 4 ports (how many of each; they follow in this order), 5 to 7 zero
 *   params, 4 words: place (which of the worker's 4 places keeps them from now on, or 0xffffffff for this
 *     message alone), offset, length, zero
 *   task, 16 words: 0 and 1 job (low, high), 2 index, 3 kernel, 4 params (an index in this request, or
 *     0x80000000 + a place of the worker's), 5 stride, 6 total, 7 start, 8 before, 9 core, 10 after,
 *     11 first port, 12 inputs, 13 outputs (ports, inputs first), 14 piece (so long are the parts into which
 *     input 0 may be cut, in bytes, each result taking the place of its part; 0: it may not be), 15 zero
 *   port of an input, 4 words: where (index of a buffer, or 0xffffffff for the frame's bytes), offset, length,
 *     identity
 *   port of an output, 4 words: length that it must have (0xffffffff: any), slot of the input that it may lie
 *     in (0: none), zero, zero
 *
 * Reply
 *   header: 2 answers, 3 outputs (they follow in this order), 4 and 5 bytes of linear memory after the last
 *     of them (low, high), 6 and 7 when the first of them began, in microseconds since the epoch (low,
 *     high; 0: unknown)
 *   answer, 16 words: 0 and 1 job (low, high), 2 index, 3 verdict, 4 code, 5 to 7 microseconds (copying in,
 *     computing, copying out), 8 and 9 text (offset, length), 10 and 11 place (offset, length; length 0:
 *     none), 12 first output, 13 outputs, 14 and 15 zero
 *   output, 4 words: where (index of a buffer, or 0xffffffff for the frame's bytes), offset, length, zero
 *
 * Verdicts: 0 completed, 1 failed (code and text are the kernel's), 2 bad params, 3 panicked (text is the
 * panic's message or the engine's name for the trap; place is file:line:column), 4 unreadable (the request
 * names what is not there), 5 broken (the module broke the interface: text says how).
 *
 * The last reply of an instance that cannot be renewed has kind 4 instead of 3: the worker takes no more
 * tasks, and is to be replaced; what it was sent and has not answered did not run.
 */
