const LEVELS = /** @type {const} */ (['error', 'warn', 'info']);

/** Has the console show what a kernel prints. @type {import('./imports.js').Log} */
export const print = (level, text) => console[LEVELS[level] ?? 'debug'](text);
