import { hrefOf } from './address.js';
import { isCut } from './cutting.js';
import { loaded } from './errors.js';

/**
 * @import { Kernel } from '../../worker/js/description.js'
 * @import { Submission } from './core.js'
 * @import { Engine } from './engine.js'
 * @import { Job } from './job.js'
 */

/** Bytes from which on it is worth while: what takes one worker some milliseconds. */
const SPREAD_BYTES = 2 ** 22;

/**
 * Whether several workers may compute a result.
 *
 * @param {Kernel} kernel
 * @param {boolean} isAllowed as its caller said
 * @param {number} bytes of the payload
 */
export function mayBeSpread(kernel, isAllowed, bytes) {
  // Small jobs come by the thousand.
  if (bytes < SPREAD_BYTES) return false;
  return (isAllowed || kernel.grain > 0) && kernel.pure && isCut(kernel);
}

/**
 * Has other workers help with a job that was submitted and is not sent.
 *
 * @param {Engine} engine
 * @param {Submission} common
 * @param {Job} job
 * @param {number} number
 */
export function spread(engine, common, job, number) {
  const bytes = /** @type {Uint8Array} */ (job.inputs[0]).length;
  // Bundlers look for this literal. A classic script has no address: then it lies beside the workers' script.
  const url = hrefOf(() => new URL('./spread.js', import.meta.url)) ?? './spread.js';
  const { port1, port2 } = new MessageChannel();
  job.lease = { url, halo: engine.described(common.kernel).halo, port: port2 };
  // Without it one worker does all of it.
  const loading = loaded(import('./later/helpers.js'));
  loading.then(({ Helpers }) => new Helpers(engine, common, job, port1).help(number, bytes), () => port1.close());
}
