/**
 * What a kernel is given: bytes alone, in the order of its inputs, or by their names.
 *
 * @import { Given } from './types.js'
 * @import { Kernel } from '../../worker/js/description.js'
 *
 * @typedef {Uint8Array<ArrayBuffer>[]} Inputs
 *
 * @typedef {object} Named
 * @property {Inputs} inputs as they were given
 * @property {(string | undefined)[] | undefined} [names] of each, if they were given by names
 */

import { INLINE_BYTES } from '../../worker/js/frame.js';
import { makeError, tagOf } from './errors.js';
import { bytesOf, isWhole } from './payload.js';

/**
 * @param {Given} given or anything else
 * @returns {Named}
 * @throws {UnjankError} if something is no payload
 */
export function inputsOf(given) {
  // Neither buffers nor views nor images have this tag, whatever realm they are from.
  const isNamed = tagOf(given) === 'Object';
  if (!isNamed && !Array.isArray(given)) return { inputs: [bytesOf(/** @type {any} */ (given))] };
  return { names: isNamed ? Object.keys(given) : undefined, inputs: Object.values(given).map(bytesOf) };
}

/**
 * The same in the order of a kernel's inputs. The last may be missing, as far as they are optional.
 *
 * @param {Named} given
 * @param {Kernel} kernel
 * @returns {Inputs}
 * @throws {UnjankError} `not_a_buffer`, if they are not what it takes
 */
export function inOrder({ names, inputs }, { name, inputs: ports }) {
  // A kernel that takes none does not look at it.
  if (!names && inputs.length === 1 && ports.length < 2) return inputs;
  const found = ports.map((port, place) => inputs[names ? names.indexOf(port.name) : place]);
  const ordered = /** @type {Inputs} */ (found.filter(Boolean));
  const { length } = ordered;
  // A job has a payload, even where the first input is optional.
  if (length && length === inputs.length && ports.every(({ optional }, place) => (place < length ? found[place] : optional))) {
    return ordered;
  }
  throw makeError('not_a_buffer/inputs', { name, text: ports.map((port, place) => port.name || place).join(', ') });
}

/**
 * Whether all can be moved: what is small is copied, and of what is large nothing may stay behind.
 *
 * @param {Inputs} inputs
 */
export function canMove(inputs) {
  return inputs.reduce((sum, { length }) => sum + length, 0) <= INLINE_BYTES
    || inputs.every(isWhole) && new Set(inputs.map(({ buffer }) => buffer)).size === inputs.length;
}
