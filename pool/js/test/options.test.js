import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chunkOptions, closeMode, jobOptions, keepOptions, loadOptions, mapOptions, poolOptions } from '../options.js';
import { workersFor } from '../sizing.js';

const kernels = './kernels.wasm';
const POOL = {
  kernels, glue: undefined, wasm: undefined, worker: undefined, workers: workersFor(globalThis.navigator),
  minWorkers: 1, spares: 0, queue: 1024, depth: 2, idleTimeoutMs: 30_000, startTimeoutMs: 10_000,
  memoryLimitBytes: 64 << 20, timeline: undefined, fallback: undefined, inline: undefined,
  residentBytes: 2 ** 30,
};
const RUN = {
  window: undefined, spread: false, exact: false, into: undefined, transfer: true, stride: 1, lane: 1, deadlineMs: Infinity, signal: undefined,
};
const CHUNKS = {
  stride: 8, chunkUnits: 0, halo: 0, order: 0, highWaterMarkBytes: 64 << 20,
  lane: 1, deadlineMs: Infinity, signal: undefined,
};

const pool = (/** @type {any} */ options) => poolOptions({ kernels, ...options });
const job = (/** @type {any} */ options) => jobOptions(options);
const chunks = (/** @type {any} */ options) => chunkOptions({ stride: 8, ...options });

/**
 * @param {() => unknown} read
 * @param {RegExp | string} message
 */
function refuses(read, message) {
  assert.throws(read, { name: 'UnjankError', code: 'bad_option', message });
}

test('what is not said has its default', () => {
  for (const none of [{}, undefined]) assert.deepEqual(pool(none), POOL);
  for (const none of [undefined, null, {}]) assert.deepEqual(job(none), RUN);
  assert.deepEqual(chunks({}), CHUNKS);
});

test('undefined is as good as not said, for every option', () => {
  const absent = (/** @type {object} */ terms) =>
    Object.fromEntries(Object.keys(terms).map((name) => [name, undefined]));
  assert.deepEqual(poolOptions({ ...absent(POOL), kernels }), POOL);
  assert.deepEqual(job(absent(RUN)), RUN);
  assert.deepEqual(chunks({ ...absent(CHUNKS), stride: 8 }), CHUNKS);
});

test('null is as good where it makes no difference', () => {
  assert.deepEqual(job({ lane: null, deadlineMs: null, signal: null, transfer: null }), RUN);
  assert.deepEqual(chunks({ lane: null, deadlineMs: null, signal: null, order: null }), CHUNKS);
  assert.deepEqual(pool({ idleTimeoutMs: null, startTimeoutMs: null, glue: null, wasm: null }), POOL);
});

test('calls without options share what they mean', () => {
  assert.equal(job(undefined), job(null));
});

test('what is said counts', () => {
  const { signal } = new AbortController();
  const window = { start: 2 ** 32 - 17, total: 2 ** 32 - 1, before: 1, after: 2 };
  assert.deepEqual(
    job({ lane: 'interactive', deadlineMs: 0.5, signal, transfer: false, stride: 16, window }),
    { ...RUN, window, transfer: false, stride: 16, lane: 0, deadlineMs: 0.5, signal },
  );
  assert.deepEqual(
    chunks({ lane: 'background', chunkUnits: 1, halo: 3, order: 'source', highWaterMarkBytes: 1 }),
    { ...CHUNKS, lane: 2, chunkUnits: 1, halo: 3, order: 1, highWaterMarkBytes: 1 },
  );
  const numbers = {
    workers: 1, minWorkers: 0, spares: 65_535, queue: 2 ** 32 - 1, depth: 255, memoryLimitBytes: 0,
    idleTimeoutMs: 2 ** 32 - 1, startTimeoutMs: 0, residentBytes: 0,
  };
  assert.deepEqual(pool(numbers), { ...POOL, ...numbers });
});

test('results have the same shape whatever was said', () => {
  assert.deepEqual(Object.keys(job({ signal: null, lane: 'normal' })), Object.keys(RUN));
  assert.deepEqual(Object.keys(pool({ timeline: true })), Object.keys(POOL));
});

test('options of a class may lie in its prototype', () => {
  class Urgent {
    get lane() {
      return 'interactive';
    }
  }
  assert.equal(job(new Urgent()).lane, 0);
  assert.equal(job(Object.create({ stride: 4 })).stride, 4);
});

test('what nobody knows is refused with the nearest name', () => {
  refuses(() => pool({ worker_s: 1 }), "`worker_s` isn't an option of createPool: did you mean `workers`?");
  refuses(() => pool({ kernel: kernels }), /did you mean `kernels`\?$/);
  refuses(() => job({ priority: 'normal', Lane: 'normal' }), /^`priority` isn't an option of run: there is `.*`lane`/);
  refuses(() => job({ Lane: 'normal' }), /^`Lane`.*did you mean `lane`\?$/);
  refuses(() => job({ deadline: 5 }), /did you mean `deadlineMs`\?$/);
  refuses(() => jobOptions(/** @type {any} */ ({ windw: 5 }), 'runPiece'), /of runPiece: did you mean `window`\?$/);
  refuses(() => chunks({ transfer: false }), /^`transfer` isn't an option of mapChunks/);
  refuses(() => job({ chunkUnits: 5 }), /isn't an option of run/);
  refuses(() => job({ toString: 5 }), /isn't an option of run/);
  assert.deepEqual(job({ chunkUnits: undefined }), RUN);
  refuses(
    () => job({ window: { start: 0, total: 1, befor: 0 } }),
    "`befor` isn't an option of `window`: did you mean `before`?",
  );
});

test('many payloads do not stand in one place', () => {
  const all = (/** @type {any} */ options) => jobOptions(options, 'runAll');
  const { window, spread, exact, into, ...others } = RUN;
  assert.deepEqual(all({ stride: 4, transfer: false, window }), { ...others, stride: 4, transfer: false });
  refuses(() => all({ window: { start: 0, total: 8 } }), /^`window` isn't an option of runAll/);
});

test('options are an object, and nothing that stands for something else', () => {
  const { signal } = new AbortController();
  const objects = [signal, new Map([['lane', 'normal']]), Promise.resolve({}), [], [new ArrayBuffer(8)]];
  for (const options of [7, 0, 'fast', '', true, false, () => 1, ...objects]) {
    refuses(() => job(options), /^expected `options` to be a plain object, got /);
  }
  refuses(() => chunkOptions(/** @type {any} */ (undefined)), /^expected `stride` to be a whole .*, got undefined$/);
});

test('values are refused with what was expected and what was given', () => {
  refuses(() => pool({ workers: '2' }), "expected `workers` to be a whole number from 0 to 65535, got '2' (string)");
  refuses(
    () => job({ lane: 'fast' }),
    "expected `lane` to be 'interactive' or 'normal' or 'background', got 'fast' (string)",
  );
  refuses(
    () => job({ deadlineMs: -1 }),
    'expected `deadlineMs` to be milliseconds from 0 to 4294967295 or Infinity, got -1 (number)',
  );
  refuses(() => job({ window: 7 }), 'expected `window` to be { start, total, before, after }, got 7 (number)');
  refuses(
    () => job({ window: { start: 0 } }),
    'expected `window.total` to be a whole number from 0 to 4294967295, got undefined',
  );
});

test('numbers are whole and fit', () => {
  for (const wrong of [-1, 1.5, NaN, Infinity, 2 ** 60, '2', null, 2n, true, {}, [2]]) {
    for (const option of ['workers', 'minWorkers', 'spares', 'queue', 'depth', 'memoryLimitBytes']) {
      refuses(() => pool({ [option]: wrong }), /a whole number/);
    }
    for (const option of ['stride', 'halo', 'chunkUnits', 'highWaterMarkBytes']) {
      refuses(() => chunks({ [option]: wrong }), /a whole number/);
    }
    for (const option of ['start', 'total', 'before', 'after']) {
      refuses(() => job({ window: { start: 0, total: 8, [option]: wrong } }), /`window\.\w+` to be a whole number/);
    }
  }
  for (const option of ['queue', 'depth']) refuses(() => pool({ [option]: 0 }), /from 1/);
  assert.equal(pool({ workers: 0 }).workers, 0);
  for (const option of ['chunkUnits', 'highWaterMarkBytes']) refuses(() => chunks({ [option]: 0 }), /from 1/);
});

test('times are numbers of milliseconds', () => {
  for (const wrong of [-1, NaN, 2 ** 32, '5', {}, 5n, -Infinity]) {
    refuses(() => job({ deadlineMs: wrong }), /milliseconds/);
    for (const option of ['idleTimeoutMs', 'startTimeoutMs']) refuses(() => pool({ [option]: wrong }), /milliseconds/);
  }
  assert.equal(job({ deadlineMs: Infinity }).deadlineMs, Infinity);
  for (const option of ['idleTimeoutMs', 'startTimeoutMs']) refuses(() => pool({ [option]: Infinity }), /milliseconds/);
});

test('whether a payload is moved is true or false', () => {
  for (const wrong of [0, 1, '', 'false', [new ArrayBuffer(8)]]) {
    refuses(() => job({ transfer: wrong }), /true or false/);
  }
});

test('a window that makes no sense is refused', () => {
  for (const window of [7, null, 'all', () => 1, [0, 8], new Map()]) refuses(() => job({ window }), /^expected `window` to be \{/);
});

test('a signal is looked at, and last', () => {
  refuses(() => job({ signal: {} }), /^expected `signal` to be an AbortSignal, got Object \(object\)$/);
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  assert.throws(() => job({ signal }), { code: 'cancelled', cause: reason });
  assert.throws(() => chunks({ signal }), { code: 'cancelled', cause: reason });
  refuses(() => job({ signal, lane: 'fast' }), /lane/);
  refuses(() => chunks({ signal, halo: -1 }), /halo/);
});

test('a worker is a place or a function', () => {
  const trusted = { [Symbol.toStringTag]: 'TrustedScriptURL', toJSON: () => '/worker.js' };
  const make = () => /** @type {any} */ (undefined);
  for (const worker of ['/worker.js', trusted, make]) assert.equal(pool({ worker }).worker, worker);
  assert.equal(pool({ worker: new URL('https://a.b/worker.js') }).worker, 'https://a.b/worker.js');
  for (const wrong of [null, 7, {}, []]) {
    refuses(() => pool({ worker: wrong }), /`worker` to be a URL or a function that makes a worker/);
  }
});

test('a timeline has a heading', () => {
  assert.equal(pool({ timeline: true }).timeline, 'unjank');
  assert.equal(pool({ timeline: false }).timeline, undefined);
  assert.equal(pool({ timeline: 'mine' }).timeline, 'mine');
  for (const wrong of [null, 7, {}]) refuses(() => pool({ timeline: wrong }), /heading/);
});

test('kernels come from one place', () => {
  const glue = "./app_bg.wasm";
  assert.equal(poolOptions({ glue }).glue, glue);
  for (const options of [undefined, {}, { kernels: null }, { kernels, glue }]) {
    refuses(() => poolOptions(/** @type {any} */ (options)), /either `kernels` or `glue`/);
  }
  refuses(() => poolOptions(/** @type {any} */ (kernels)), /^expected `options` to be a plain object/);
});

test('a pool drains or aborts', () => {
  for (const mode of [undefined, null, 'drain']) assert.equal(closeMode(/** @type {any} */ (mode)), 0);
  assert.equal(closeMode('abort'), 1);
  refuses(() => closeMode(/** @type {any} */ ('slowly')), /^expected `mode` to be 'drain' or 'abort', got 'slowly'/);
});

test('data may come from its page, from nowhere or from a function', () => {
  const load = (/** @type {any} */ options) => loadOptions({ stride: 8, ...options });
  assert.deepEqual(load({}), { stride: 8, units: undefined, halo: 0, source: 0, signal: undefined });
  assert.deepEqual([load({ source: 'keep' }).source, load({ source: 'none' }).source], [0, 1]);
  const source = () => new Uint8Array();
  assert.deepEqual(load({ source, halo: 3, units: 9 }), { stride: 8, units: 9, halo: 3, source, signal: undefined });
  refuses(() => load({ source: 'page' }), "expected `source` to be 'keep' or 'none', got 'page' (string)");
  for (const name of ['stride', 'units']) refuses(() => load({ [name]: 0 }), new RegExp(`^expected \`${name}\` to be a whole number from 1`));
  refuses(() => load({ chunkUnits: 1 }), /isn't an option of load/);
  refuses(() => mapOptions({ stride: 8 }), /^`stride` isn't an option of map/);
  refuses(() => keepOptions({ order: 'source' }), /^`order` isn't an option of keep/);
});
