import { INLINE_BYTES } from './frame.js';
import { Laps } from './laps.js';
import { BROKEN, COMPLETED, PANICKED, outcome } from './outcome.js';
import { run } from './runner.js';

/**
 * @import { Lent } from './holder.js'
 * @import { Outcome } from './outcome.js'
 * @import { Done, Opened } from './lease.js'
 */

/**
 * Computes chunks that the holder of a buffer lends, until the page says that it is over or one can't be computed:
 * the holder, who still has it, tries that one itself.
 *
 * @param {Opened} opened
 * @param {MessagePort} port of the page's, which says where the holder is, and when it is over
 * @returns {Promise<Done>}
 */
export function help({ instance, task }, port) {
  const laps = new Laps();

  /** @param {Lent} lent @returns {Outcome} */
  const compute = ({ window, bytes, due, piece }) => {
    laps.begin();
    const outputs = task.outputs.map((output) => ({ ...output, length: due }));
    try {
      return run(instance, { ...task, window, piece, inputs: [{ bytes, identity: 0 }], outputs }, [bytes.buffer], laps.end);
    } catch (thrown) {
      return instance.lost(thrown);
    }
  };

  return new Promise((resolve) => {
    /** @type {MessagePort | undefined} */
    let holder;
    const end = (/** @type {number} */ verdict) => {
      holder?.close();
      port.close();
      resolve({ outcome: outcome(verdict, '', [new Uint8Array()]), times: laps.times });
    };
    /** @param {MessageEvent<Lent>} event */
    const hear = ({ data }) => {
      const { verdict, outputs: [made] } = compute(data);
      const { chunk } = data;
      if (verdict === COMPLETED && made) {
        // A small one lies in the module's memory.
        const bytes = made.length > INLINE_BYTES ? made : made.slice();
        holder?.postMessage({ chunk, bytes }, [bytes.buffer]);
      } else {
        holder?.postMessage({ chunk });
        end(verdict === PANICKED || verdict === BROKEN ? verdict : COMPLETED);
      }
    };
    port.onmessage = ({ data: { to } }) => {
      if (!to) return end(COMPLETED);
      holder = /** @type {MessagePort} */ (to);
      holder.onmessage = hear;
      // It is here.
      holder.postMessage({});
    };
  });
}
