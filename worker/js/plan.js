import { Broken } from './broken.js';

/**
 * @import { Call, Instance } from './instance.js'
 * @import { Outcome } from './outcome.js'
 *
 * @typedef {[before: number, after: number]} Halo units of context
 */

/**
 * Units of context that a kernel needs with these params, by its module's own account.
 *
 * @param {Instance} instance
 * @param {Pick<Call, 'kernel' | 'params'>} call
 * @param {number} inputs how many it has
 * @returns {Halo | Outcome} an outcome: it can't say
 */
export function plannedHalo(instance, { kernel, params }, inputs) {
  const { memory: { word }, plan } = instance;
  if (!plan) throw new Broken('a halo depends on params, and nothing says how');
  const nothing = { bytes: new Uint8Array(), identity: 0 };
  const failure = instance.load({ kernel, params, window: [1, 0, 0, 0, 0, 0], inputs: Array.from({ length: inputs }, () => nothing) })
    ?? instance.run(plan);
  if (failure) return failure;
  const [record] = instance.named(8, 'plan', 32);
  return [word(record + 1), word(record + 2)];
}

/**
 * The same, unless the page knows it.
 *
 * @param {Instance} instance
 * @param {Pick<Call, 'kernel' | 'params'>} call
 * @param {Halo | null} described
 * @returns {Halo | Outcome} an outcome: the kernel can't do with these params
 */
export function haloOf(instance, call, described) {
  try {
    return described ?? plannedHalo(instance, call, 1);
  } catch (thrown) {
    return instance.lost(thrown);
  }
}
