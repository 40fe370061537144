/** How long the parts of a task take that is done a chunk at a time: waiting doesn't count. */
export class Laps {
  /** Microseconds: copying in, computing, copying out. @type {[number, number, number]} */
  times = [0, 0, 0];
  #now = 0;

  /** A chunk begins. */
  begin() {
    this.#now = performance.now();
  }

  /** A part of it has ended. @param {0 | 1 | 2} part */
  end = (part) => {
    const began = this.#now;
    this.begin();
    this.times[part] += Math.round((this.#now - began) * 1000);
  };
}
