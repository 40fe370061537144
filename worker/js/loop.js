import { instanceOf } from './instance.js';
import { BROKEN, COMPLETED, PANICKED, UNREADABLE, describe, outcome } from './outcome.js';
import { replyOf } from './reply.js';
import { read } from './request.js';
import { run } from './runner.js';

/**
 * @import { Engine } from './engine.js'
 * @import { Bytes } from './request.js'
 * @import { Reply as Message, Request } from './wire.js'
 *
 * @typedef {ReturnType<typeof loopOf>} Loop
 */

/** What is done is posted about so often, in milliseconds. */
const SLICE = 1;

/**
 * Answers requests, task after task, a slice of time at a time.
 *
 * @param {Engine} engine
 * @param {WebAssembly.Exports} exports what it started with
 * @param {number} memoryLimit bytes of linear memory above which an instance is replaced
 * @param {Pick<Performance, 'now' | 'timeOrigin'>} clock
 */
export function loopOf(engine, exports, memoryLimit, clock) {
  let instance = instanceOf(exports, engine.host);
  const reply = replyOf();
  const { description } = instance;
  /** @type {Bytes[]} Params that came in earlier requests. */
  const kept = [];
  /** @type {number[]} How long the last task of each kernel took, in milliseconds. */
  const expected = [];
  let goesOn = true;

  /** Replaces the instance. False: there is none any more. */
  const renew = () => {
    try {
      // Throws if there are no exports.
      instance = instanceOf(/** @type {WebAssembly.Exports} */ (engine.renew()), engine.host);
      return true;
    } catch {
      return false;
    }
  };

  /**
   * Answers for each task of a request, until there is no instance any more: the last reply says so.
   *
   * @param {Request} request
   * @returns {Generator<Message, void>} a reply about each slice; time between two of them is nobody's
   * @throws {Error} for a request that can't be read
   */
  function* answer(request) {
    const { tasks, word, open } = read(request, kept);
    const [, buffers] = request;
    const free = tasks > 1 ? [] : buffers;
    // Milliseconds on the clock: now, and when the slice began, which is when the first task of the reply did.
    let now = clock.now();
    let sliceBegan = now;
    /** @type {[number, number, number]} */
    let times = [0, 0, 0];
    let task = 0;

    /** A part of the task has ended. @param {0 | 1 | 2} part */
    const lap = (part) => {
      const began = now;
      now = clock.now();
      times[part] += Math.round((now - began) * 1000);
    };

    const attempt = () => {
      let opened;
      try {
        opened = open(task);
        // Of small tasks the clock is read once each.
        return run(instance, opened, free, free.length > 0 ? lap : () => {});
      } catch (thrown) {
        return opened ? instance.lost(thrown) : outcome(UNREADABLE, describe(thrown));
      }
    };

    while (goesOn && task < tasks) {
      const began = now;
      times = [0, 0, 0];
      const outcome = attempt();
      // What was not measured counts as computing.
      lap(1);
      const { verdict } = outcome;
      if (verdict === COMPLETED) expected[word(task, 3)] = now - began;
      reply.answer(word(task, 0), word(task, 1), word(task, 2), times, outcome);
      task += 1;

      goesOn = (verdict !== PANICKED && verdict !== BROKEN) || renew();
      // Linear memory never shrinks; a fresh instance has a fresh one. The page is told of the peak.
      const memory = instance.memory.bytes().length;
      const isOver = memory > memoryLimit;
      goesOn &&= !isOver || renew();
      if (!goesOn || isOver || task === tasks || now + (expected[word(task, 3)] ?? Infinity) > sliceBegan + SLICE) {
        const began = Math.round((clock.timeOrigin + sliceBegan) * 1000);
        yield reply.message(!goesOn, memory, began, task < tasks ? [] : buffers);
        sliceBegan = now = clock.now();
      }
    }
  }

  /** @param {Request} request @throws {Error} if it can't be read */
  const open = (request) => ({ instance, ...read(request, kept) });

  return { answer, open, renew, description };
}
