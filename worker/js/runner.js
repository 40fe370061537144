import { INLINE_BYTES } from './frame.js';
import { COMPLETED, FAILED, OUT_OF_MEMORY, outcome } from './outcome.js';

/**
 * @import { Call, Instance } from './instance.js'
 * @import { Outcome } from './outcome.js'
 * @import { Task } from './request.js'
 */

/**
 * How many times as long as an output the buffer may be that it goes back in. A core and a halo as wide
 * on either side have three.
 */
const MOST_ROOM = 4;

/**
 * Runs a task.
 *
 * @param {Instance} instance
 * @param {Task} task
 * @param {ArrayBuffer[]} free buffers that nothing else is read from: a result may go back in that of the input
 * @param {(part: 0 | 1 | 2) => void} lap told when a part has ended: copying in, computing, copying out
 * @returns {Outcome}
 * @throws what {@link Instance} is to be asked about: see its `lost`
 */
export function run(instance, task, free, lap) {
  /** @param {Call} call */
  const compute = (call) => {
    let failure = instance.load(call);
    lap(0);
    failure ??= instance.run();
    lap(1);
    return failure;
  };

  const { inputs: [{ bytes }, other], outputs, piece } = task;
  const [stride, total, start] = task.window;
  const own = !other && free.find((buffer) => buffer === bytes.buffer);
  if (own && piece && piece < bytes.length) {
    // Each result takes the place of its input.
    for (let from = 0; from < bytes.length; from += piece) {
      const part = bytes.subarray(from, from + piece);
      /** @type {Call['window']} */
      const window = [stride, total, start + from / stride, 0, part.length / stride, 0];
      const failure = compute({ ...task, window, inputs: [{ bytes: part, identity: 0 }] });
      if (failure) return failure;
      for (const output of instance.outputs(outputs, part.length)) part.set(output);
      lap(2);
    }
    return outcome(COMPLETED, '', [bytes]);
  }

  const failure = compute(task);
  if (failure) return failure;
  const made = instance.outputs(outputs);
  try {
    const kept = made.map((output, index) => (output.length > INLINE_BYTES ? copied(output, !index && own) : output));
    lap(2);
    return outcome(COMPLETED, '', kept);
  } catch {
    return outcome(FAILED, OUT_OF_MEMORY);
  }
}

/**
 * @param {Uint8Array} output
 * @param {ArrayBuffer | false | undefined} own
 */
function copied(output, own) {
  const { length } = output;
  const fits = own && length <= own.byteLength && own.byteLength <= length * MOST_ROOM;
  if (!fits) return output.slice();
  const copy = new Uint8Array(own, 0, length);
  copy.set(output);
  return copy;
}
