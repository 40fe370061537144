/**
 * The filters of the demo: the kernels' names and what a person may set of them.
 *
 * @typedef {object} Dial A parameter as a slider.
 * @property {string} name the parameter's name
 * @property {string} label
 * @property {number} min
 * @property {number} max
 * @property {number} step
 * @property {number} value where it starts
 *
 * @typedef {object} Filter
 * @property {string} kernel
 * @property {string} label
 * @property {string} hint what it does, in one line
 * @property {Dial[]} dials
 *
 * @typedef {{ filter: string, params: unknown }} Layer a filter as it is used
 */

import { MOST_SHRUNK } from '../pixels/section.js';

/** @type {Filter[]} */
export const FILTERS = [
  {
    kernel: 'gaussian_blur',
    label: 'Gaussian blur',
    hint: 'Each pixel becomes the weighted mean of its surroundings.',
    dials: [{ name: 'sigma', label: 'Sigma, pixels', min: 0.5, max: 50, step: 0.5, value: 30 }],
  },
  {
    kernel: 'median',
    label: 'Median 5 × 5',
    hint: 'Each pixel becomes the middle one of its 25 neighbours: specks go, edges stay.',
    dials: [],
  },
  {
    kernel: 'sobel',
    label: 'Sobel edges',
    hint: 'How steeply the brightness changes: an enlarged photo has faint edges.',
    dials: [],
  },
  {
    kernel: 'tone_curve',
    label: 'Tone curve',
    hint: 'Exposure in stops, then contrast, then gamma; alpha stays.',
    dials: [
      { name: 'exposure', label: 'Exposure, stops', min: -3, max: 3, step: 0.1, value: 0.5 },
      { name: 'contrast', label: 'Contrast', min: 0, max: 3, step: 0.05, value: 1.25 },
      { name: 'gamma', label: 'Gamma', min: 0.3, max: 3, step: 0.05, value: 1 },
    ],
  },
  {
    kernel: 'grayscale',
    label: 'Grayscale',
    hint: 'Brightness alone.',
    dials: [],
  },
];

/**
 * @param {(kernel: string, params: unknown) => number} haloOf rows that a kernel looks at on either side
 * @returns {number} as many as filters and what shrinks their result look at together
 */
export function widestHalo(haloOf) {
  const halos = FILTERS.map(({ kernel, dials }) => {
    const params = Object.fromEntries(dials.map(({ name, max }) => [name, max]));
    return haloOf(kernel, params);
  });
  return MOST_STACKED * Math.max(...halos) + haloOf('shrink', { factor: MOST_SHRUNK });
}

/** As many filters are done one after the other at most. */
export const MOST_STACKED = 3;

/** @param {Layer} layer */
export function titleOf({ filter, params }) {
  const label = FILTERS.find(({ kernel }) => kernel === filter)?.label ?? filter;
  const sigma = typeof params === 'object' && params !== null && 'sigma' in params ? params.sigma : undefined;
  return sigma === undefined ? label : `${label}, sigma ${sigma}`;
}

/**
 * @param {Layer & { before: Layer[] }} request
 * @returns {Layer[]} what is done, in its order
 */
export function layersOf({ before, filter, params }) {
  return [...before, { filter, params }];
}

/** @param {Layer & { before: Layer[] }} request */
export function titleOfAll(request) {
  return layersOf(request).map(titleOf).join(', then ');
}
