/** Figures as people read them. */

import { LONG_MS } from '../meter/long-tasks.js';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** What stands for a figure that there isn't. */
export const NONE = '–';

/** @param {number} ms */
export function milliseconds(ms) {
  if (ms >= 10_000) return `${tenth.format(ms / 1000)} s`;
  return `${(ms < 10 ? tenth : whole).format(ms)} ms`;
}

/** @param {{ width: number, height: number }} size */
export function megapixels({ width, height }) {
  return `${tenth.format((width * height) / 1e6)} MP`;
}

/**
 * @param {{ width: number, height: number }} size
 * @param {number} ms
 */
export function speed({ width, height }, ms) {
  const perSecond = (width * height) / 1e6 / (ms / 1000);
  return `${(perSecond < 10 ? tenth : whole).format(perSecond)} MP/s`;
}

/** @param {number | null} ms null: not measured in a hidden page */
export function gap(ms) {
  return ms === null ? NONE : milliseconds(ms);
}

/** @param {number | null} ms 0: none was long; null: not reported by this engine */
export function longTask(ms) {
  if (ms === null) return 'not reported';
  return ms === 0 ? `under ${LONG_MS} ms` : milliseconds(ms);
}

/**
 * @param {import('../demo.js').Mode} mode
 * @param {number} workers
 */
export function place(mode, workers) {
  if (mode === 'page') return 'Main thread';
  return workers === 1 ? '1 worker' : `${workers} workers`;
}

/** @param {number} bytes */
export function mebibytes(bytes) {
  return `${tenth.format(bytes / 2 ** 20)} MiB`;
}
