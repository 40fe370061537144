import { ANY_LENGTH } from './frame.js';

/**
 * @import { Expected, Instance, Window } from './instance.js'
 * @import { Laps } from './laps.js'
 * @import { Outcome } from './outcome.js'
 * @import { Bytes, Task } from './request.js'
 */

/**
 * Computes a part of what a task is about.
 *
 * @param {Instance} instance
 * @param {Task} task
 * @param {Window} window
 * @param {Bytes} bytes the part and its context
 * @param {Laps} laps
 * @returns {Bytes | Outcome} its result, which lies in the module's memory until the next call; or why there is none
 */
export function computed(instance, task, window, bytes, laps) {
  laps.begin();
  try {
    const failure = instance.load({ ...task, window, inputs: [{ bytes, identity: 0 }] });
    laps.end(0);
    const failed = failure ?? instance.run();
    laps.end(1);
    if (failed) return failed;
    const [made] = instance.outputs(task.outputs, dueOf(task, window[4]));
    return /** @type {Bytes} */ (made);
  } catch (thrown) {
    return instance.lost(thrown);
  }
}

/**
 * Bytes that the result of so many units of a task's input must have.
 *
 * @param {Task} task with one output
 * @param {number} units
 */
export function dueOf({ outputs, window: [, total] }, units) {
  const [{ length }] = /** @type {[Expected]} */ (outputs);
  return length === ANY_LENGTH ? length : (length / total) * units;
}
