// @ts-check
// The floor of bytes: what a pool must do whose kernels have a memory of their own.
import { openRaw } from './raw/pool.js';

/** @import { About } from '../seam.js' */

/** @type {About} */
export const about = { name: 'raw and two copies', version: 'by hand' };

/** @param {{ workers: number }} options */
export const open = ({ workers }) => openRaw(workers, 'floor');
