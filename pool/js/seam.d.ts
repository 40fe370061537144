/**
 * The seam between JavaScript and `core.wasm`: all that is said across it. Types only.
 *
 * The core decides and has numbers alone; JavaScript has workers, buffers, promises, timers and the clock. A
 * payload is known to the core by the number of its job. JavaScript tells the core what happened and what
 * callers want (those calls decide, and return at once), and then has it take a turn: the core leaves the
 * effects of what it decided in its memory, and JavaScript carries them out, in their order.
 *
 * Words are 32 bits, little-endian. A job is two of them, lower half first; as an argument it is one number. A
 * worker is a slot and a generation. Times are milliseconds on a clock that stands still while the page cannot
 * run; durations in words are given with their unit. `NONE` is 0xffffffff.
 */
export interface Core extends WebAssembly.Exports {
  memory: WebAssembly.Memory;

  /**
   * Room for so many words, to be filled before calls that read them, 7 at least if jobs are to be submitted. Says
   * where: it stays there until it is asked for again.
   */
  inbox(words: number): number;

  /**
   * Makes a pool, and says its number. Inbox: workers, workers that stay, spares, jobs that wait at most, depth,
   * idle timeout (ms), start timeout (ms). What cannot be is made the nearest that can.
   */
  open(now: number): number;
  /** Forgets a pool. */
  forget(pool: number): void;
  /**
   * Says what the kernels are, before the first worker is said to be ready. Inbox: how many; of each: grain (0:
   * none), whether it is pure (0, 1), how many outputs, and of each output: bytes for each unit of the core (0:
   * nobody knows), and the input that it may lie in, counted from 1 (0: none).
   */
  describe(pool: number): void;

  // What happened.

  ready(pool: number, now: number, slot: number, generation: number): void;
  /** `isFinal` (0, 1): what workers are to run is broken, and no other would do better. */
  lost(pool: number, now: number, slot: number, generation: number, isFinal: number): void;
  /**
   * A worker answered some tasks. Inbox: the answers of the reply, 16 words each, as they came. `retires` (0,
   * 1): it takes no more tasks. `memory`: its bytes of linear memory.
   */
  replied(
    pool: number, now: number, slot: number, generation: number, answers: number, retires: number, memory: number,
  ): void;
  /** One task of a message was not sent: the browser refused it, or its bytes are gone. */
  refused(pool: number, now: number, slot: number, generation: number, job: number, index: number): void;
  timeout(pool: number, now: number): void;

  // What callers want.

  /**
   * Submits jobs of one kernel with the same parameters and options; says how many were accepted, from the
   * first. Inbox: a `Submission`; and then in its place the first job (2 words; the others follow it), tasks of
   * each, for the first that was not accepted why (`Refusal`) and two words more about it, and whether the queue has
   * room (0, 1).
   */
  submit(pool: number, now: number, jobs: number): number;
  /** The consumer of chunked work took so many results: as many more may be sent. */
  take(pool: number, now: number, job: number, results: number): void;
  /** Its caller lost interest: what waits is dropped, what runs finishes unheard. */
  cancel(pool: number, now: number, job: number): void;
  /** Stops jobs wherever they are. Inbox: the jobs. */
  abort(pool: number, now: number, jobs: number): void;
  /** Sends nothing that is not decided on already, until `resume` or `close`. */
  pause(pool: number): void;
  resume(pool: number, now: number): void;
  /** So many workers may hold tasks from here on: 1 to 65,535. */
  resize(pool: number, now: number, workers: number): void;
  /**
   * Says whether a worker keeps something for its callers (0, 1): such a one is not ended for being idle, and of workers
   * too many it goes last.
   */
  keep(pool: number, now: number, slot: number, generation: number, keeps: number): void;
  /** `aborts` (0, 1): whether accepted jobs are cancelled instead of finished. */
  close(pool: number, now: number, aborts: number): void;
  reopen(pool: number, now: number): void;

  /**
   * Takes a turn. `own` (0, 1): it is a turn of the event loop of its own, in which as much may be copied as in
   * any. Says where its words are, a `Header` and the effects: they stay until the next turn of any pool.
   */
  turn(pool: number, now: number, own: number): number;
  /**
   * Says where some doubles are: how many they are, queued tasks, tasks in flight, jobs submitted, completed,
   * failed, cancelled, timed out, lost; of how long jobs waited for their first task to be sent, in microseconds: what
   * half of them did not exceed, 90 and 99 of 100, and the longest; the same of how long answered tasks were in their
   * kernels; and of each slot: state (0 vacant, 1 starting, 2 idle, 3 busy), generation,
   * tasks, microseconds of computing, of copying, bytes of memory, the most there were, microseconds ready.
   */
  stats(pool: number, now: number): number;
}

/*
 * Submission
 *   0 kernel, 1 lane (0 interactive, 1 normal, 2 background), 2 whether the page keeps the inputs (0, 1),
 *   3 shape (0 whole, 1 piece, 2 chunks, 3 a range: there is no payload), 4 stride,
 *   5 to 8 of a piece: start, total, before, after; of chunks and of a range: units of each (0: as many as are good),
 *     halo or all units of the range, and bytes of results that may wait for their consumer (low, high; of chunks,
 *     0: there is no bound)
 *   9 bytes of the parameters, 10 number of the parameters (the same for the same bytes; 0: there are none)
 *   11 and 12 deadline from now in microseconds (low, high; both NONE: there is none)
 *   13 and 14 the only worker that can do it (slot, generation; slot NONE: any can). If it is gone or goes, the job is
 *     lost: then the workers that may have died of it are none or one
 *   15 how many inputs each job has beside its payload, which is the first: 7 at most
 *   16... of each job: bytes of its payload, and of each further input
 *
 * Refusal (and the two words more)
 *   0 none
 *   1 the queue is full        2 the pool is closing or closed       3 the pool has failed, and rests
 *   4 stride or chunk is zero  5 no whole number of units            6 too many chunks
 *   7 4 GiB or more            8 a halo without a core (units, 0)    9 outside its whole (units, 0)
 *   10 a task is too large (its bytes, 0)
 *
 * Header, 8 words
 *   0 how many words there are, these among them
 *   1 whether there is more to do, in a turn of the event loop of its own (0, 1)
 *   2 lifecycle (0 opening, 1 open, 2 draining, 3 closed, 4 failed), 3 whether the queue has room (0, 1)
 *   4 and 5 when to say `timeout`, in microseconds on the clock (low, high; both NONE: never)
 *   6 queued tasks, 7 zero
 *
 * Effects: a word that says which, and the words of that one
 *   1 spawn: slot, generation
 *   2 terminate: slot, generation, reason (0 it did not start in time, 1 stopped, 2 retired, 3 idle, 4 closed)
 *   3 copy: job (2), index, input (counted from 1), from, to, length, total. Copies `length` bytes of that input, from
 *     byte `from`, to byte `to` of a buffer of `total` bytes, which is made with the first such copy for that task
 *   4 post: slot, generation, F words of the frame, B bytes behind them, P parts, U buffers; then the F words; then
 *     of each part of the bytes, in their order: job (2), what (0 parameters, or the input, counted from 1), from,
 *     length; then of each buffer of the transfer list: job (2), index, what (0 the copy made for that task, or the
 *     input itself, counted from 1)
 *   5 deliver: job (2), index, answer (which of the reply that is being booked), start, units, slot, microseconds of
 *     computing. Somebody waits for this result; for one that is in no effect nobody does
 *   6 fail: job (2), answer. Why the job is going to fail, unless something was said before
 *   7 settle: job (2), outcome (0 completed, 1 failed, 2 cancelled, 3 deadline exceeded, 4 worker lost, 5 the pool
 *     failed), workers that it lost
 */
export {};
