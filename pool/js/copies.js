/**
 * Copies of what tasks need, of payloads that stay with the page: made a step at a time, and sent when they are
 * whole.
 *
 * @import { Spares } from './spares.js'
 */
export class Copies {
  #spares;
  /** @type {Map<string, ArrayBuffer>} By job and task. */
  #copies = new Map();

  /** @param {Spares} spares */
  constructor(spares) {
    this.#spares = spares;
  }

  /**
   * Copies a part of a task's input behind what was copied of it before.
   *
   * @param {string} task
   * @param {Uint8Array} source
   * @param {{ from: number, to: number, length: number, total: number }} step
   * @throws when there is no memory, or the source is detached
   */
  go(task, source, { from, to, length, total }) {
    if (to === 0) this.forget(task);
    const copy = this.#copies.get(task) ?? this.#spares.take(total);
    this.#copies.set(task, copy);
    const part = source.subarray(from, from + length);
    if (part.length < length) throw new Error('the buffer was transferred elsewhere while its job waited');
    new Uint8Array(copy, to, length).set(part);
  }

  /** @param {string} task */
  take(task) {
    const copy = this.#copies.get(task);
    this.#copies.delete(task);
    return copy;
  }

  /** What was begun is of no use. @param {string} task */
  forget(task) {
    const copy = this.take(task);
    if (copy) this.#spares.put(copy);
  }

  /** The same for all tasks of a job. @param {number} job */
  forgetJob(job) {
    for (const task of this.#copies.keys()) {
      if (task.startsWith(`${job}:`)) this.forget(task);
    }
  }
}

/**
 * @param {number} job
 * @param {number} index
 */
export function taskOf(job, index) {
  return `${job}:${index}`;
}
