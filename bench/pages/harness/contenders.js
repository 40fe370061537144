// @ts-check
// Contenders by name: each is loaded, opened and closed when the program asks for it.

/**
 * @import { About, Contender, ContenderModule } from '../seam.js'
 */

/** @type {Map<string, Contender>} */
const opened = new Map();

/**
 * @param {string} name
 * @returns {Promise<ContenderModule>}
 */
const load = (name) => import(`../contenders/${name}.js`);

/**
 * What it says about itself, and the cases that it can't do.
 *
 * @param {string} name
 * @returns {Promise<About>}
 */
export async function know(name) {
  return (await load(name)).about;
}

/**
 * Opens it with that many workers unless it is open; gives the milliseconds that this took.
 *
 * @param {string} name
 * @param {number} workers
 */
export async function open(name, workers) {
  const module = await load(name);
  const before = performance.now();
  if (!opened.has(key(name, workers))) {
    opened.set(key(name, workers), await module.open({ workers }));
  }
  return performance.now() - before;
}

/**
 * @param {string} name
 * @param {number} workers
 */
export function take(name, workers) {
  const contender = opened.get(key(name, workers));
  if (!contender) throw new Error(`${key(name, workers)} is not open`);
  return contender;
}

/**
 * @param {string} name
 * @param {number} workers
 */
export async function close(name, workers) {
  const contender = opened.get(key(name, workers));
  opened.delete(key(name, workers));
  await contender?.close();
}

export async function closeAll() {
  const contenders = [...opened.values()];
  opened.clear();
  await Promise.all(contenders.map((contender) => contender.close()));
}

/**
 * @param {string} name
 * @param {number} workers
 */
const key = (name, workers) => `${name} with ${workers}`;
