/**
 * @import { Kernel } from '../../worker/js/description.js'
 */

/**
 * Whether a kernel makes one output of one input, part by part.
 *
 * @param {Kernel} kernel
 */
export function isCut({ inputs, outputs }) {
  return [inputs, outputs].every((ports) => ports.length === 1 && ports[0]?.windowed);
}
