// @ts-check
// Tells one story, and says what it came to.
import { Cannot, settlements } from './expect.js';
import { uncaught } from './uncaught.js';

/** @import { Settlement, Unjank } from './expect.js' */

/**
 * @typedef {{ told: { settlements: Settlement[], ms: number, figures?: string } }
 *   | { cannot: string } | { failed: string }} End
 */

/**
 * The names of a module's stories: all exported functions whose names begin with `prefix`.
 * @param {string} module
 * @param {string} prefix
 */
export async function stories(module, prefix) {
  const exported = await import(module);
  return Object.keys(exported).filter((name) => name.startsWith(prefix));
}

/**
 * @param {string} module
 * @param {string} name
 * @param {Promise<Unjank>} loaded what stories are about, once they can begin
 * @returns {Promise<End>}
 */
export async function tell(module, name, loaded) {
  const end = await attempt(module, name, loaded);
  const lines = await uncaught();
  if (lines.length === 0) return end;
  return { failed: [...('failed' in end ? [end.failed] : []), ...lines].join('\n') };
}

/**
 * @param {string} module
 * @param {string} name
 * @param {Promise<Unjank>} loaded
 * @returns {Promise<End>}
 */
async function attempt(module, name, loaded) {
  try {
    const unjank = await loaded;
    const story = (await import(module))[name];
    const begun = performance.now();
    const figures = await story(unjank);
    return { told: { settlements, ms: performance.now() - begun, figures } };
  } catch (error) {
    if (error instanceof Cannot) return { cannot: error.message };
    const { stack = '' } = error instanceof Error ? error : {};
    return { failed: `${error}\n${stack}` };
  }
}
