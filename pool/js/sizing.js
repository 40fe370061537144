/** How many workers a device is good for. */

/**
 * The cores, less one for the page where there are more than two; at most two where memory is small, and at most
 * sixteen anywhere: browsers allow a process about a hundred linear memories, and a page may have several pools.
 *
 * @param {{ hardwareConcurrency?: number, deviceMemory?: number }} [device] a `navigator`, which may keep silent:
 *   browsers round these, cap them and lie
 */
export function workersFor({ hardwareConcurrency = 0, deviceMemory = Infinity } = {}) {
  const cores = hardwareConcurrency >= 1 ? Math.trunc(hardwareConcurrency) : 2;
  const most = deviceMemory <= 4 ? 2 : 16;
  return Math.min(cores > 2 ? cores - 1 : cores, most);
}
