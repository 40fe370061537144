import { Reply, Request } from './frame.js';
import { BROKEN, COMPLETED, PANICKED } from './verdict.js';

/**
 * @import { Runner } from './runner.js'
 * @import { Stopwatch } from './stopwatch.js'
 */

/** What is done is posted about so often, in milliseconds. */
const SLICE = 1;

/** Answers requests, task after task, a slice of time at a time. */
export class Loop {
  #runner;
  #watch;
  #origin;
  #memoryLimit;
  #post;
  #reply = new Reply();
  /** @type {number[]} How long the last task of each kernel took, in milliseconds. */
  #expected = [];
  /** When the slice and the first task in the reply began, on the clock. */
  #sliceBegan = 0;
  #replyBegan = 0;
  #memory = 0;
  /** Of the task that ran last: whether it cost the instance, and whether its memory is over the limit. */
  #isLost = false;
  #isOver = false;

  /**
   * @param {object} parts
   * @param {Runner} parts.runner
   * @param {Stopwatch} parts.watch
   * @param {number} parts.origin when the clock was 0, in milliseconds since the epoch
   * @param {number} parts.memoryLimit bytes of linear memory above which an instance is replaced
   * @param {(reply: [Uint8Array, ArrayBuffer[]]) => void} parts.post
   */
  constructor({ runner, watch, origin, memoryLimit, post }) {
    this.#runner = runner;
    this.#watch = watch;
    this.#origin = origin;
    this.#memoryLimit = memoryLimit;
    this.#post = post;
  }

  /**
   * Answers for each task of a request.
   *
   * @param {[Uint8Array, ArrayBuffer[]]} message
   * @returns {boolean} false: some may not be answered, and the worker takes no more
   */
  answer([frame, buffers]) {
    const request = new Request(frame, buffers);
    const { tasks } = request;
    this.#runner.take(request);
    this.#watch.start(tasks === 1);
    this.#sliceBegan = this.#watch.last;
    for (let index = 0; index < tasks; index += 1) {
      request.look(index);
      const ends = this.#watch.last + (this.#expected[request.kernel] ?? Infinity);
      if (this.#reply.count > 0 && ends > this.#sliceBegan + SLICE) this.#send(request, index);
      this.#run(request);
      const last = !this.#settle();
      const sliceEnded = this.#watch.last >= this.#sliceBegan + SLICE;
      if (last || sliceEnded || this.#isOver || index === tasks - 1) this.#send(request, index + 1, last);
      if (last) return false;
    }
    return true;
  }

  /** @param {Request} request */
  #run(request) {
    if (this.#reply.count === 0) this.#replyBegan = this.#watch.last;
    this.#watch.begin();
    const outcome = this.#runner.run(request, this.#reply);
    const took = this.#watch.end();
    if (outcome.verdict === COMPLETED) this.#expected[request.kernel] = took;
    this.#reply.answer(request, this.#watch.times, outcome);
    this.#isLost = outcome.verdict === PANICKED || outcome.verdict === BROKEN;
  }

  /**
   * Sees to it that the next task finds a sound instance of a decent size.
   *
   * @returns {boolean} false: there is none
   */
  #settle() {
    if (this.#isLost && !this.#runner.renew()) return false;
    this.#memory = this.#runner.size;
    this.#isOver = this.#memory > this.#memoryLimit;
    // Linear memory never shrinks; a fresh instance has a fresh one. The page is told of the peak.
    return !this.#isOver || this.#runner.renew();
  }

  /**
   * @param {Request} request
   * @param {number} done how many of its tasks are
   * @param {boolean} [last] whether the worker takes no more
   */
  #send(request, done, last = false) {
    this.#post(this.#reply.take({
      last,
      memory: this.#memory,
      began: Math.round((this.#origin + this.#replyBegan) * 1000),
      spares: request.takeSpares(done),
    }));
    this.#sliceBegan = this.#watch.last;
  }
}
