// @ts-check
// One sample of a case: the work, timed, by one contender. What is made before and checked after is
// not timed.
import { checkSize, checkStamp, stamped } from './check.js';
import { open, take, close } from './contenders.js';
import { cut, whole } from './image.js';
import { bytes } from './random.js';
import { distance } from './reference.js';

/**
 * @import { Filter, Image, ImageBands, Size } from '../seam.js'
 * @typedef {{ name: string, workers: number }} Who
 * @typedef {Who & { jobs: number, seed: number }} Jobs
 * @typedef {{ ms: number, result: ImageBands }} Filtered
 * @typedef {(work: () => Promise<Filtered>) => Promise<Filtered>} Around
 */

/** Bytes of a small job. */
const SMALL = 64;

/** Levels of 256 that a result may be from the definition. Edges are of brightness or of a colour. */
const FAR = { blur: 5, sobel: 30 };

/**
 * Milliseconds of a job that is waited for before the next.
 *
 * @param {Jobs} asked
 */
export async function small({ name, workers, jobs, seed }) {
  const contender = take(name, workers);
  if (!contender.small) throw new Error(`${name} has no small jobs`);
  const payloads = Array.from({ length: jobs }, (_, index) => bytes(SMALL, seed + index));
  const expected = payloads.map((payload) => stamped(payload));
  const results = [];
  const before = performance.now();
  for (const payload of payloads) results.push(await contender.small(payload));
  const ms = performance.now() - before;
  results.forEach((result, index) => checkStamp(result, /** @type {any} */ (expected[index])));
  return { ms: ms / jobs };
}

/**
 * Milliseconds until all jobs that are handed over at once are back.
 *
 * @param {Jobs} asked
 */
export async function burst({ name, workers, jobs, seed }) {
  const contender = take(name, workers);
  if (!contender.burst) throw new Error(`${name} has no bursts`);
  const payloads = Array.from({ length: jobs }, (_, index) => bytes(SMALL, seed + index));
  const expected = payloads.map((payload) => stamped(payload));
  const before = performance.now();
  const results = await contender.burst(payloads);
  const ms = performance.now() - before;
  expected.forEach((stamp, index) => checkStamp(results[index] ?? new Uint8Array(), stamp));
  return { ms };
}

/**
 * Milliseconds of a large buffer there and back: it goes several times, one after the other.
 *
 * @param {Jobs & { bytes: number }} asked
 */
export async function echo({ name, workers, jobs, seed, bytes: length }) {
  const contender = take(name, workers);
  if (!contender.bytes) throw new Error(`${name} takes no buffers`);
  const payload = bytes(SMALL, seed);
  let view = new Uint8Array(length).fill(1);
  view.set(payload);
  const expected = stamped(view, jobs);
  const before = performance.now();
  let { buffer } = view;
  for (let job = 0; job < jobs; job += 1) buffer = await contender.bytes(buffer);
  const ms = performance.now() - before;
  checkStamp(new Uint8Array(buffer), expected);
  return { ms: ms / jobs };
}

/**
 * Milliseconds from nothing to a pool whose workers can all take work.
 *
 * @param {Who} who
 */
export async function start({ name, workers }) {
  const ms = await open(name, workers);
  await close(name, workers);
  return { ms };
}

/**
 * Milliseconds of a filter over a whole image, and how far its result is from the definition.
 *
 * @param {Who & Size & { filter: Filter, takes: 'whole' | 'bands', sigma?: number, checked: boolean }} asked
 * @param {Around} [around] what is done right before and right after what is timed
 */
export async function filter(
  { name, workers, filter, takes, checked, sigma, width, height },
  around = (work) => work(),
) {
  const contender = take(name, workers);
  const size = { width, height };
  const params = sigma === undefined ? {} : { sigma };
  const how = takes === 'bands' ? contender.cut?.(filter, params, size) : undefined;
  const image = how ? cut(size, how) : whole(size);
  const { ms, result } = await around(async () => {
    const before = performance.now();
    const result = await apply(contender, filter, image, sigma);
    return { ms: performance.now() - before, result };
  });
  checkSize(result, size);
  const inner = contender.filterMs?.();
  if (!checked) return { ms, inner };
  const error = distance(filter, size, params, result);
  if (error > FAR[filter]) throw new Error(`its ${filter} is ${error.toFixed(1)} levels from the definition`);
  return { ms, inner, error: filter === 'blur' ? error : undefined };
}

/**
 * @param {import('../seam.js').Contender} contender
 * @param {Filter} filter
 * @param {Image} image
 * @param {number} [sigma]
 */
function apply(contender, filter, image, sigma) {
  if (filter === 'blur' && contender.blur && sigma !== undefined) return contender.blur({ ...image, sigma });
  if (filter === 'sobel' && contender.sobel) return contender.sobel(image);
  throw new Error(`it has no ${filter}`);
}
