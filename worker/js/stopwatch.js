/** Measures tasks: their parts, or for those so small that reading the clock would take longer, the whole. */
export class Stopwatch {
  /** Microseconds of the task: copying in, computing, copying out. */
  times = new Uint32Array(3);
  #clock;
  #fine = false;
  #began = 0;
  #last = 0;

  /** @param {() => number} clock milliseconds */
  constructor(clock) {
    this.#clock = clock;
  }

  /** Milliseconds on the clock when it was read last. */
  get last() {
    return this.#last;
  }

  /**
   * A message begins.
   *
   * @param {boolean} fine whether to measure parts
   */
  start(fine) {
    this.#fine = fine;
    this.#last = this.#clock();
  }

  /** A task begins where the one before it ended. */
  begin() {
    this.times.fill(0);
    this.#began = this.#last;
  }

  /**
   * A part of the task has ended.
   *
   * @param {0 | 1 | 2} part
   */
  lap(part) {
    if (this.#fine) this.#add(part);
  }

  /**
   * The task has ended; what was not measured counts as computing.
   *
   * @returns {number} how long it took, in milliseconds
   */
  end() {
    this.#add(1);
    return this.#last - this.#began;
  }

  /** @param {0 | 1 | 2} part */
  #add(part) {
    const now = this.#clock();
    this.times[part] = (this.times[part] ?? 0) + Math.round((now - this.#last) * 1000);
    this.#last = now;
  }
}
