/** Colours of the style sheet, for what is drawn on canvases. */

const dark = matchMedia('(prefers-color-scheme: dark)');
const still = matchMedia('(prefers-reduced-motion: reduce)');

/** @param {string} property a custom property of the root */
export function themeColour(property) {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}

/** As many as the style sheet has colours for. */
export const WORKER_COLOURS = 8;

export function workerColours() {
  return Array.from({ length: WORKER_COLOURS }, (_, slot) => themeColour(`--worker-${slot}`));
}

/** @param {() => void} listener */
export function onThemeChange(listener) {
  dark.addEventListener('change', listener);
}

/** True when the user asked for little motion. */
export function wantsStillness() {
  return still.matches;
}
