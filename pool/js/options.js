/**
 * What callers may say beside what is to be done: every option, with what it may be and what it is unless it is
 * said. What nobody knows is refused.
 *
 * A row of a table is how an option is read, and what it is when it is absent; without the latter it must be given.
 *
 * @import { Listener } from './later/events.js'
 * @import { ChunkOptions, GatherOptions, Kernels, ListenerOptions, PoolOptions, RangeOptions, RunOptions, TrustedScript, UnitRange } from './types.js'
 */
import { expected, makeError, tagOf } from './errors.js';
import { bytesOf } from './payload.js';
import { check, signalOf } from './signals.js';
import { workersFor } from './sizing.js';

/**
 * Reads a value that was given. `undefined` if it is as good as absent, as null is where it makes no difference.
 *
 * @callback Reader
 * @param {any} value
 * @param {string} name
 * @returns {unknown}
 *
 * @typedef {{ [name: string]: [read: Reader, absent?: unknown] }} Table
 *
 * @typedef {object} PoolTerms
 * @property {Kernels | undefined} kernels
 * @property {Kernels | undefined} glue in place of kernels
 * @property {Kernels | undefined} wasm
 * @property {string | TrustedScript | (() => unknown) | undefined} worker
 * @property {number} workers 0: kernels run on the page
 * @property {number} minWorkers
 * @property {number} spares
 * @property {number} queue
 * @property {number} depth
 * @property {number} idleTimeoutMs
 * @property {number} startTimeoutMs
 * @property {number} memoryLimitBytes
 * @property {string | undefined} timeline what its tracks stand under
 * @property {0 | undefined} fallback 0: the page, if no worker can be had
 * @property {0 | undefined} inline 0: the page, for what is worth no trip
 * @property {number} residentBytes
 *
 * @typedef {object} CommonTerms
 * @property {0 | 1 | 2} lane as in seam.d.ts
 * @property {number} deadlineMs infinite: none
 * @property {AbortSignal | undefined} signal was not aborted when it was read
 *
 * @typedef {{ start: number, total: number, before: number, after: number }} Window
 * @typedef {{ transfer: boolean, stride: number, window: Window | undefined }} PayloadTerms
 * @typedef {{ spread: boolean, exact: boolean, into: Uint8Array<ArrayBuffer> | undefined }} LoneTerms
 * @typedef {CommonTerms & PayloadTerms & LoneTerms} JobTerms
 *
 * @typedef {object} CutTerms
 * @property {number} stride
 * @property {number} chunkUnits 0: as many as are good
 * @property {number} halo
 * @property {0 | 1} order 0 as they finish, 1 of the source
 * @property {number} highWaterMarkBytes
 *
 * @typedef {CommonTerms & CutTerms} ChunkTerms
 * @typedef {CommonTerms & Omit<CutTerms, 'stride' | 'halo'> & { range: UnitRange | undefined }} MapTerms
 *
 * @typedef {object} LoadTerms
 * @property {number} stride
 * @property {number | undefined} units
 * @property {number} halo
 * @property {0 | 1 | Function} source 0 the page keeps the bytes, 1 it does not; a function gives them
 * @property {AbortSignal | undefined} signal
 *
 * @typedef {CommonTerms & Omit<CutTerms, 'stride' | 'halo'> & { units: number }} RangeTerms
 */

const MOST_16 = 0xffff;
const MOST_32 = 0xffff_ffff;
const MOST_53 = 2 ** 53 - 1;

/** How many workers compute at a time. */
export const workerCount = /** @type {(value: unknown, name: string) => number} */ (whole(1, MOST_16));

/** @type {Reader} */
const anything = (value) => value ?? undefined;

/** @type {Table} */
const POOL_OPTIONS = {
  kernels: [anything, undefined],
  glue: [anything, undefined],
  wasm: [anything, undefined],
  worker: [workerScript, undefined],
  workers: [whole(0, MOST_16), undefined],
  minWorkers: [whole(0, MOST_16), 1],
  spares: [whole(0, MOST_16), 0],
  queue: [whole(1, MOST_32), 1024],
  depth: [whole(1, 255), 2],
  idleTimeoutMs: [milliseconds(MOST_32), 30_000],
  startTimeoutMs: [milliseconds(MOST_32), 10_000],
  memoryLimitBytes: [whole(0, MOST_32), 64 << 20],
  timeline: [heading, undefined],
  fallback: [choice('inline'), undefined],
  inline: [choice('auto'), undefined],
  residentBytes: [whole(0, MOST_53), 2 ** 30],
};

/**
 * The signal is looked at last, when nothing else can be wrong.
 *
 * @type {Table}
 */
const COMMON_OPTIONS = {
  lane: [choice('interactive', 'normal', 'background'), 1],
  deadlineMs: [milliseconds(Infinity), Infinity],
  signal: [check, undefined],
};

/** @type {Table} */
const RUN_ALL_OPTIONS = { transfer: [truth, true], stride: [whole(0, MOST_32), 1], ...COMMON_OPTIONS };

/** @type {Table} */
const RUN_OPTIONS = {
  window: [place, undefined],
  spread: [truth, false],
  exact: [truth, false],
  into: [target, undefined],
  ...RUN_ALL_OPTIONS,
};

/** @type {Table} */
const PIECE_WINDOW = {
  start: [whole(0, MOST_32)],
  total: [whole(0, MOST_32)],
  before: [whole(0, MOST_32), 0],
  after: [whole(0, MOST_32), 0],
};

/** @type {Table} */
const CUT_OPTIONS = {
  chunkUnits: [whole(1, MOST_32), 0],
  order: [choice('finish', 'source'), 0],
  highWaterMarkBytes: [whole(1, MOST_53), 64 << 20],
  ...COMMON_OPTIONS,
};

/** @type {Table} */
const UNIT_RANGE = { first: [whole(0, MOST_32)], count: [whole(1, MOST_32)] };

/** @type {Table} */
const MAP_OPTIONS = { range: [some, undefined], ...CUT_OPTIONS };

/** @type {Table} */
const CHUNK_OPTIONS = { stride: [whole(0, MOST_32)], halo: [whole(0, MOST_32), 0], ...CUT_OPTIONS };

/** @type {Table} */
const RANGE_OPTIONS = { units: [whole(0, MOST_32)], ...CUT_OPTIONS };

/** @type {Table} */
const LOAD_OPTIONS = {
  stride: [whole(1, MOST_32)],
  units: [whole(1, MOST_32), undefined],
  halo: [whole(0, MOST_32), 0],
  source: [origin, 0],
  signal: [check, undefined],
};

/** @type {Table} */
const GATHER_OPTIONS = { into: [target, undefined] };

/** What a pool tells. */
const EVENTS = ['worker', 'idle', 'busy', 'empty', 'room', 'closed'];

/** @type {Table} */
const LISTENER_OPTIONS = { signal: [signalOf, undefined] };

/**
 * Those of a call without options, once there was one.
 *
 * @type {Readonly<JobTerms> | undefined}
 */
let usual;

/**
 * @param {PoolOptions | null} [options]
 * @returns {PoolTerms}
 */
export function poolOptions(options) {
  const terms = /** @type {PoolTerms} */ (read(POOL_OPTIONS, 'createPool', options));
  if (!terms.kernels === !terms.glue) {
    throw makeError('bad_option', { text: 'give createPool either `kernels` or `glue`: where kernels come from' });
  }
  terms.workers ??= workersFor(globalThis.navigator);
  return terms;
}

/**
 * @param {RunOptions | null} [options]
 * @param {'run' | 'runPiece' | 'runAll'} [call]
 * @returns {Readonly<JobTerms>}
 */
export function jobOptions(options, call = 'run') {
  if (options === undefined || options === null) return (usual ??= /** @type {JobTerms} */ (read(RUN_OPTIONS, call)));
  const terms = read(call === 'runAll' ? RUN_ALL_OPTIONS : RUN_OPTIONS, call, options);
  return /** @type {JobTerms} */ (terms);
}

/**
 * @param {ChunkOptions} options
 * @returns {ChunkTerms}
 */
export function chunkOptions(options) {
  return /** @type {ChunkTerms} */ (read(CHUNK_OPTIONS, 'mapChunks', options));
}

/**
 * @param {RangeOptions} options
 * @returns {RangeTerms}
 */
export function rangeOptions(options) {
  return /** @type {RangeTerms} */ (read(RANGE_OPTIONS, 'mapRange', options));
}

/**
 * @param {unknown} options
 * @returns {LoadTerms}
 */
export function loadOptions(options) {
  return /** @type {LoadTerms} */ (read(LOAD_OPTIONS, 'load', options));
}

/**
 * @param {unknown} options
 * @returns {MapTerms}
 */
export function mapOptions(options) {
  return /** @type {MapTerms} */ (read(MAP_OPTIONS, 'map', options));
}

/**
 * @param {unknown} options
 * @returns {CommonTerms}
 */
export function keepOptions(options) {
  return /** @type {CommonTerms} */ (read(COMMON_OPTIONS, 'keep', options));
}

/**
 * @param {GatherOptions} [options]
 * @returns {{ into: Uint8Array<ArrayBuffer> | undefined }}
 */
export function gatherOptions(options) {
  return /** @type {{ into: Uint8Array<ArrayBuffer> | undefined }} */ (read(GATHER_OPTIONS, 'gather', options));
}

/**
 * Who wants to be told, and of what.
 *
 * @param {string} event
 * @param {unknown} listener
 * @param {ListenerOptions} [options]
 * @returns {Listener}
 */
export function listenerOf(event, listener, options) {
  if (!EVENTS.includes(event)) throw unknown(String(event), 'event of a pool', EVENTS);
  if (typeof listener !== 'function') throw expected('listener', 'a function', listener);
  return /** @type {Listener} */ ({ event, listener, ...read(LISTENER_OPTIONS, 'on', options) });
}

/**
 * How a pool is to be closed.
 *
 * @param {'drain' | 'abort' | null} [mode]
 * @returns {0 | 1} 1: jobs that were accepted are cancelled
 */
export function closeMode(mode) {
  return /** @type {0 | 1} */ (choice('drain', 'abort')(mode, 'mode') ?? 0);
}

/**
 * @param {Table} table
 * @param {string} call whose options they are
 * @param {unknown} [options]
 * @param {string} [prefix] of names
 */
function read(table, call, options, prefix = '') {
  const given = /** @type {{ [name: string]: unknown }} */ (options ?? {});
  if (!isPlainObject(given)) throw expected('options', 'a plain object', given);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name) && given[name] !== undefined) throw unknown(name, `option of ${call}`, Object.keys(table));
  }
  /** @type {{ [name: string]: unknown }} */
  const terms = {};
  for (const name in table) {
    const row = /** @type {Table[string]} */ (table[name]);
    const value = given[name];
    const isAbsent = value === undefined && row.length > 1;
    terms[name] = (isAbsent ? value : row[0](value, prefix + name)) ?? row[1];
  }
  return terms;
}

/**
 * @param {string} name
 * @param {string} what it should be
 * @param {string[]} known
 */
function unknown(name, what, known) {
  return makeError('bad_option', { text: `\`${name}\` isn't an ${what}: ${hint(name, known)}` });
}

/**
 * What may have been meant instead of a name that nobody knows.
 *
 * @param {string} name
 * @param {string[]} known
 */
export function hint(name, known) {
  const [nearest = '', ...others] = [...known].sort((one, other) => distance(name, one) - distance(name, other));
  const isNear = distance(name, nearest) <= nearest.length / 2;
  return isNear ? `did you mean \`${nearest}\`?` : `there is \`${[nearest, ...others].join('`, `')}\``;
}

/**
 * How many letters lie between two names, whatever their case.
 *
 * @param {string} one
 * @param {string} other
 */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...one.toLowerCase()].entries()) {
    let left = above + 1;
    row = row.map((up, index) => {
      if (index === 0) return left;
      const isSame = other[index - 1]?.toLowerCase() === letter;
      left = Math.min(left + 1, up + 1, (row[index - 1] ?? 0) + (isSame ? 0 : 1));
      return left;
    });
  }
  return row.at(-1) ?? 0;
}

/**
 * @param {number} least
 * @param {number} most
 * @returns {Reader}
 */
function whole(least, most) {
  return (value, name) => {
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw expected(name, `a whole number from ${least} to ${most}`, value);
  };
}

/**
 * @param {number} most
 * @returns {Reader}
 */
function milliseconds(most) {
  return (value, name) => {
    if (value === null) return undefined;
    if (typeof value === 'number' && value >= 0 && (value <= MOST_32 || value === most)) return value;
    throw expected(name, `milliseconds from 0 to ${MOST_32}${most > MOST_32 ? ' or Infinity' : ''}`, value);
  };
}

/**
 * @param {string[]} words
 * @returns {Reader} says which word it is, from 0
 */
function choice(...words) {
  return (value, name) => {
    const index = words.indexOf(value);
    if (index >= 0) return index;
    if (value === null || value === undefined) return undefined;
    throw expected(name, `'${words.join("' or '")}'`, value);
  };
}

/** @type {Reader} */
function truth(value, name) {
  if (value === null || typeof value === 'boolean') return value ?? undefined;
  throw expected(name, 'true or false', value);
}

/** @type {Reader} */
function heading(value, name) {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'unjank' : undefined;
  throw expected(name, 'true, false or a heading', value);
}

/**
 * By the tag and not by the class: an iframe has its own, and not every engine has trusted types.
 *
 * @type {Reader}
 */
function workerScript(value, name) {
  const tag = tagOf(value);
  if (tag === 'URL') return String(value);
  if (typeof value === 'string' || typeof value === 'function' || tag === 'TrustedScriptURL') return value;
  throw expected(name, 'a URL or a function that makes a worker', value);
}

/** @type {Reader} */
function origin(value, name) {
  return typeof value === 'function' ? value : choice('keep', 'none')(value, name);
}

/** @type {Reader} */
function target(value, name) {
  if (value === null) return undefined;
  if (!ArrayBuffer.isView(value) && tagOf(value) !== 'ArrayBuffer') throw expected(name, 'a buffer or a view of one', value);
  return bytesOf(value);
}

/** @type {Reader} */
function place(value, name) {
  if (!isPlainObject(value)) throw expected(name, '{ start, total, before, after }', value);
  return read(PIECE_WINDOW, '`window`', value, 'window.');
}

/** @type {Reader} */
function some(value, name) {
  if (!isPlainObject(value)) throw expected(name, '{ first, count }', value);
  return read(UNIT_RANGE, '`range`', value, 'range.');
}

/**
 * Objects of the platform's, such as a signal, would pass for one without options; but they have tags.
 *
 * @param {unknown} value
 */
function isPlainObject(value) {
  return tagOf(value) === 'Object';
}
