// @ts-check
// The floor of dispatch: a pool over `postMessage`, written by hand, with nothing in it that the
// cases don't need.
import { openRaw } from './raw/pool.js';

/** @import { About } from '../seam.js' */

/** @type {About} */
export const about = {
  name: 'raw postMessage',
  version: 'by hand',
  cannot: {
    blur: 'has no filters: its kernel is a line of JavaScript',
    sobel: 'has no filters: its kernel is a line of JavaScript',
  },
};

/** @param {{ workers: number }} options */
export const open = ({ workers }) => openRaw(workers, 'raw');
