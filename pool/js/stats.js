/**
 * @import { Percentiles, PoolStats, WorkerStats } from './types.d.ts'
 */

const STATES = /** @type {const} */ (['vacant', 'starting', 'idle', 'busy']);

/** Numbers of the pool, and of each slot. */
const POOL = 16;
const SLOT = 8;

/**
 * A pool's numbers, as `seam.d.ts` orders them, by their names.
 *
 * @param {Float64Array} numbers
 * @param {{ coreBytes: number, isInline: boolean, shortcut: { jobs: number } | undefined }} engine
 * @returns {PoolStats}
 */
export function statsOf(numbers, { coreBytes, isInline, shortcut }) {
  const [queued = 0, inFlight = 0, submitted = 0, completed = 0, failed = 0, cancelled = 0, timedOut = 0, lost = 0] = numbers;
  const workers = Array.from({ length: (numbers.length - POOL) / SLOT }, (_, slot) =>
    workerOf(slot, numbers.subarray(POOL + SLOT * slot)));
  return {
    workers, queued, inFlight, submitted, completed, failed, cancelled, timedOut, lost,
    waitingMs: percentilesOf(numbers.subarray(8)),
    runningMs: percentilesOf(numbers.subarray(12)),
    inline: isInline,
    atOnce: shortcut?.jobs ?? 0,
    coreBytes,
  };
}

/** @param {Float64Array} numbers @returns {Percentiles} */
function percentilesOf(numbers) {
  const [p50 = 0, p90 = 0, p99 = 0, max = 0] = numbers.map((us) => us / 1000);
  return { p50, p90, p99, max };
}

/**
 * @param {number} slot
 * @param {Float64Array} numbers
 * @returns {WorkerStats}
 */
function workerOf(slot, [state = 0, generation = 0, tasks = 0, busy = 0, copy = 0, memoryBytes = 0, peakMemoryBytes = 0, ready = 0]) {
  return {
    slot,
    state: STATES[state] ?? 'vacant',
    generation,
    tasks,
    busyMs: busy / 1000,
    copyMs: copy / 1000,
    memoryBytes,
    peakMemoryBytes,
    readyMs: ready / 1000,
    // Of the time with a ready worker, copies included.
    busyShare: Math.min(1, (busy + copy) / Math.max(ready, 1)),
  };
}
