import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hostOf } from '../imports.js';
import { assemble } from './modules.js';

const WASI = {
  clock_time_get: '(param i32 i64 i32) (result i32)',
  clock_res_get: '(param i32 i32) (result i32)',
  random_get: '(param i32 i32) (result i32)',
  fd_write: '(param i32 i32 i32 i32) (result i32)',
  fd_read: '(param i32 i32 i32 i32) (result i32)',
  fd_close: '(param i32) (result i32)',
  fd_seek: '(param i32 i64 i32 i32) (result i32)',
  fd_fdstat_get: '(param i32 i32) (result i32)',
  environ_get: '(param i32 i32) (result i32)',
  environ_sizes_get: '(param i32 i32) (result i32)',
  args_get: '(param i32 i32) (result i32)',
  args_sizes_get: '(param i32 i32) (result i32)',
  sched_yield: '(result i32)',
  proc_exit: '(param i32)',
};

const UNJANK = {
  emit: '(param i32 i32 i32 i32) (result i32)',
  progress: '(param f64 f64)',
  cancelled: '(result i32)',
  now: '(result f64)',
  random: '(param i32 i32)',
  log: '(param i32 i32 i32)',
};

/**
 * A module that hands out what it imports.
 *
 * @param {{ [module: string]: { [name: string]: string } }} wanted
 */
function handing(wanted) {
  const all = Object.entries(wanted).flatMap(([from, functions]) =>
    Object.entries(functions).map(([name, type]) => ({ from, name, type })));
  const imports = all.map(({ from, name, type }, index) =>
    `(import "${from}" "${name}" (func $f${index} ${type}))`);
  const exports = all.map(({ name }, index) => `(export "${name}" (func $f${index}))`);
  return new WebAssembly.Module(assemble(`(module ${imports.join('')} (memory (export "memory") 1) ${exports.join('')})`));
}

/** @param {import('../imports.js').Log} [log] */
function hosted(log = () => {}) {
  const host = hostOf(log);
  const module = handing({ unjank: UNJANK, wasi_snapshot_preview1: WASI });
  const exports = /** @type {any} */ (new WebAssembly.Instance(module, host.imports).exports);
  host.begin(0, exports.memory);
  const bytes = new Uint8Array(exports.memory.buffer);
  return { host, exports, bytes, words: new Uint32Array(bytes.buffer) };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {string} text
 */
const put = (bytes, at, text) => void bytes.set(new TextEncoder().encode(text), at);

test('what no host has cannot be linked', () => {
  for (const [from, name] of /** @type {const} */ ([['env', 'abort'], ['unjank', 'sleep'], ['wasi_snapshot_preview1', 'path_open']])) {
    assert.throws(() => new WebAssembly.Instance(handing({ [from]: { [name]: '' } }), hostOf(() => {}).imports), new RegExp(from));
  }
});

test('a host that does nothing does no harm', () => {
  const { exports } = hosted();
  assert.equal(exports.emit(0, 0, 0, 8), 0);
  assert.equal(exports.cancelled(), 0);
  exports.progress(1, 2);
  exports.log(0, 0, 8);
  assert.ok(exports.now() <= exports.now());
});

test('what the module says is logged', () => {
  /** @type {unknown[]} */
  const told = [];
  const { exports, bytes } = hosted((...line) => void told.push(line));
  put(bytes, 100, 'hello');
  exports.log(3, 100, 5);
  assert.deepEqual(told, [[3, 'hello']]);
});

test('an address outside memory is a trap, and nothing is written', () => {
  const { exports } = hosted();
  for (const call of [
    () => exports.log(0, 65536, 1), () => exports.random(0, -1),
    () => exports.fd_write(1, 65532, 1, 0), () => exports.environ_sizes_get(65533, 0), () => exports.clock_time_get(0, 0n, 65530),
    () => exports.fd_write(1, 0, 0x20000001, 0),
  ]) assert.throws(call, RangeError);
});

test('an import that is called before memory is known breaks the module', () => {
  const { random } = /** @type {any} */ (new WebAssembly.Instance(handing({ unjank: UNJANK }), hostOf(() => {}).imports).exports);
  assert.throws(() => random(0, 1), /before its memory is there/);
});

test('the same seed has the same random bytes, whoever asks for them', () => {
  const { host, exports, bytes } = hosted();
  const draw = (/** @type {number} */ seed, way = exports.random) => {
    host.begin(seed, exports.memory);
    way(0, 32);
    return Buffer.from(bytes.slice(0, 32)).toString('hex');
  };
  const first = draw(0);
  assert.equal(draw(0, exports.random_get), first);
  const all = [first, draw(1), draw(2), draw(0x9e3779b9), draw(0xffffffff)];
  assert.equal(new Set(all).size, all.length);
  host.begin(0, exports.memory);
  exports.random(0, 16);
  exports.random(16, 16);
  assert.equal(Buffer.from(bytes.slice(0, 32)).toString('hex'), first, 'in two draws as in one');
});

test('random bytes are spread evenly', () => {
  const { host, exports, bytes } = hosted();
  host.begin(3, exports.memory);
  exports.random(0, 65536);
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte] += 1;
  // 256 of each are expected; six standard deviations are 96.
  assert.ok(counts.every((count) => count > 160 && count < 352), String(counts));
});

test('clocks tell nanoseconds', () => {
  const { exports, bytes } = hosted();
  const view = new DataView(bytes.buffer);
  assert.equal(exports.clock_time_get(0, 0n, 8), 0);
  const real = Number(view.getBigUint64(8, true)) / 1e6;
  assert.ok(Math.abs(real - Date.now()) < 60_000, String(real));
  exports.clock_time_get(1, 0n, 16);
  exports.clock_time_get(1, 0n, 24);
  assert.ok(view.getBigUint64(16, true) <= view.getBigUint64(24, true));
  assert.equal(exports.clock_res_get(1, 32), 0);
  assert.ok(view.getBigUint64(32, true) > 0n);
});

test('what is printed is logged line by line', () => {
  /** @type {[number, string][]} */
  const lines = [];
  const { exports, bytes, words } = hosted((level, line) => void lines.push([level, line]));
  const print = (/** @type {number} */ file, /** @type {string[]} */ ...parts) => {
    let at = 1024;
    parts.forEach((part, index) => {
      put(bytes, at, part);
      words.set([at, part.length], 2 * index);
      at += part.length;
    });
    assert.equal(exports.fd_write(file, 0, parts.length, 512), 0);
    assert.equal(words[128], parts.join('').length);
  };
  print(1, 'one ', 'line\nand');
  print(2, 'alas\n');
  print(1, ' another\n\n');
  assert.deepEqual(lines, [[2, 'one line'], [0, 'alas'], [2, 'and another'], [2, '']]);
  print(1, 'x'.repeat(5000));
  assert.equal(lines.at(-1)?.[1].length, 5000);
});

test('there are no files, no environment and no arguments', () => {
  const { exports, words } = hosted();
  words.fill(7, 0, 8);
  assert.equal(exports.environ_sizes_get(0, 4), 0);
  assert.equal(exports.args_sizes_get(8, 12), 0);
  assert.deepEqual([...words.slice(0, 4)], [0, 0, 0, 0]);
  assert.deepEqual([exports.environ_get(0, 0), exports.args_get(0, 0), exports.sched_yield()], [0, 0, 0]);
  const files = [
    exports.fd_write(3, 0, 0, 0), exports.fd_read(0, 0, 0, 0), exports.fd_close(1), exports.fd_seek(1, 0n, 0, 0),
    exports.fd_fdstat_get(1, 0),
  ];
  assert.deepEqual(files, [8, 8, 8, 8, 8]);
  assert.throws(() => exports.proc_exit(3), /proc_exit\(3\)/);
});

test('hosts have every import that the interface lists', async () => {
  const { readFile } = await import('node:fs/promises');
  const abi = await readFile(new URL('../../../protocol/src/abi.rs', import.meta.url), 'utf8');
  const listed = (/** @type {string} */ name) =>
    [...(abi.match(new RegExp(`pub const ${name}: [^=]*= \\[([^\\]]*)\\]`))?.[1] ?? '').matchAll(/"(\w+)"/g)].map((match) => match[1]);
  assert.deepEqual(listed('IMPORTS'), Object.keys(UNJANK));
  assert.deepEqual(listed('WASI_IMPORTS'), Object.keys(WASI));
});
