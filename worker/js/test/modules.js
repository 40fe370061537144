/** Kernel modules by hand, in WebAssembly text, and what is wrong with some of them. */

import { createRequire } from 'node:module';

/**
 * The assembler, from the folder that `UNJANK_TOOLS` names or from where the sources have theirs.
 *
 * @returns {Promise<any>}
 */
async function assembler() {
  const tools = process.env['UNJANK_TOOLS'] ?? new URL('../../../xtask/tools', import.meta.url).pathname;
  const { resolve } = createRequire(`${tools}/package.json`);
  return (await import(resolve('binaryen'))).default;
}

const binaryen = await assembler();

/** Places in the modules' memory. */
const TABLE = 0x100;
const CALL = 0x200;
const RESULT = 0x400;
const PANIC = 0x600;
const HOST = 0x700;
const PLAN = 0x780;
const DESCRIPTION = 0x1000;
/** Slots are 1 MiB from each other, and start here. */
const SLOTS = 0x10000;
const SLOT_BYTES = 0x100000;

/** @param {unknown} value @returns {number[]} CBOR, as far as descriptions need it */
export function cbor(value) {
  const head = (/** @type {number} */ major, /** @type {number} */ count) => count < 24
    ? [(major << 5) | count]
    : [(major << 5) | 26, count >>> 24, (count >>> 16) & 255, (count >>> 8) & 255, count & 255];
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4];
  if (value === null) return [0xf6];
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return [...head(3, bytes.length), ...bytes];
  }
  if (Array.isArray(value)) return [...head(4, value.length), ...value.flatMap(cbor)];
  const entries = Object.entries(/** @type {object} */ (value));
  return [...head(5, entries.length), ...entries.flatMap(([key, item]) => [...cbor(key), ...cbor(item)])];
}

/** @param {number[]} bytes */
const quoted = (bytes) => bytes.map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');

/** @param {number[]} words */
const inWords = (words) => quoted([...new Uint8Array(Uint32Array.from(words).buffer)]);

/** Which kernel does what; see the text below. */
export const KERNELS = {
  invert: 0, trap: 1, panic: 2, fail: 3, grow: 4, two: 5, sum: 6, grain: 7, window: 8, overflow: 9, stay: 10,
};

/** @type {object[]} */
const DESCRIBED = [
  { name: 'invert', out: [{ in_place: 0 }] },
  { name: 'trap' },
  { name: 'panic' },
  { name: 'fail' },
  { name: 'grow' },
  { name: 'two', out: [{ in_place: 0 }, { role: 'whole' }] },
  { name: 'sum', in: [{}, { role: 'whole', optional: true }], out: [{ role: 'whole' }], future: [1.5, { a: -3 }] },
  { name: 'grain', grain: 4, out: [{ in_place: 0 }] },
  { name: 'window', out: [{ role: 'whole' }] },
  { name: 'overflow' },
  { name: 'stay' },
];

/**
 * @typedef {object} Changes to a good module
 * @property {unknown} [description]
 * @property {number[]} [descriptionBytes]
 * @property {(words: number[]) => number[]} [table]
 * @property {(text: string) => string} [text] of the whole module
 */

/** @param {Changes} [changes] */
export function text({ description, descriptionBytes, table = (words) => words, text = (all) => all } = {}) {
  const bytes = descriptionBytes ?? cbor(description ?? { abi: [1, 0], kernels: DESCRIBED });
  const words = table([
    56, 0, DESCRIPTION, bytes.length, CALL, 192, RESULT, 160, PLAN, 64, PANIC, 128, HOST, 16,
  ]);
  return text(`(module
  (memory (export "memory") 64)
  (global $runs (mut i32) (i32.const 0))
  (data (i32.const ${TABLE}) "${inWords(words)}")
  (data (i32.const ${DESCRIPTION}) "${quoted(bytes)}")
  (data (i32.const 0x900) "too blue")
  (func (export "unjank_v1") (result i32) (i32.const ${TABLE}))
  (func (export "unjank_reserve") (param $slot i32) (param $length i32) (result i32)
    (if (i32.gt_u (local.get $length) (i32.const ${SLOT_BYTES})) (then (return (i32.const 0))))
    (i32.add (i32.const ${SLOTS}) (i32.mul (local.get $slot) (i32.const ${SLOT_BYTES}))))
  (func $length (param $input i32) (result i32)
    (i32.load (i32.add (i32.const ${CALL + 64}) (i32.mul (local.get $input) (i32.const 16)))))
  (func $address (param $slot i32) (result i32)
    (i32.add (i32.const ${SLOTS}) (i32.mul (local.get $slot) (i32.const ${SLOT_BYTES}))))
  (func $result (param $outputs i32) (param $address i32) (param $length i32)
    (i32.store (i32.const ${RESULT}) (i32.add (i32.const 32) (i32.mul (local.get $outputs) (i32.const 16))))
    (i32.store (i32.const ${RESULT + 4}) (local.get $outputs))
    (i32.store (i32.const ${RESULT + 8}) (i32.const 32))
    (i32.store (i32.const ${RESULT + 12}) (i32.const 16))
    (i32.store (i32.const ${RESULT + 16}) (i32.const 0))
    (i32.store (i32.const ${RESULT + 24}) (i32.const 0))
    (i32.store (i32.const ${RESULT + 32}) (local.get $address))
    (i32.store (i32.const ${RESULT + 36}) (local.get $length)))
  (func $invert
    (local $at i32) (local $end i32)
    (local.set $at (call $address (i32.const 1)))
    (local.set $end (i32.add (local.get $at) (call $length (i32.const 0))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (i32.store8 (local.get $at) (i32.xor (i32.load8_u (local.get $at)) (i32.const 255)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (call $result (i32.const 1) (call $address (i32.const 1)) (call $length (i32.const 0))))
  (func $panic
    (i32.store (i32.const ${PANIC}) (i32.const 1))
    (i32.store (i32.const ${PANIC + 4}) (i32.const 8))
    (i32.store (i32.const ${PANIC + 8}) (i32.const 8))
    (i32.store (i32.const ${PANIC + 12}) (i32.const 7))
    (i32.store (i32.const ${PANIC + 16}) (i32.const 9))
    (memory.copy (i32.const ${PANIC + 20}) (i32.const 0x900) (i32.const 8))
    (memory.copy (i32.const ${PANIC + 28}) (i32.const 0x900) (i32.const 8))
    (unreachable))
  (func $fail (result i32)
    (i32.store (i32.const ${RESULT}) (i32.const 32))
    (i32.store (i32.const ${RESULT + 16}) (i32.const 77))
    (i32.store (i32.const ${RESULT + 20}) (i32.const 0x900))
    (i32.store (i32.const ${RESULT + 24}) (i32.const 8))
    (i32.load8_u (call $address (i32.const 1))))
  (func $sum
    (local $at i32) (local $end i32) (local $sum i32) (local $slot i32)
    (local.set $slot (i32.const 0))
    (block $all
      (loop $each
        (br_if $all (i32.ge_u (local.get $slot) (i32.load (i32.const ${CALL + 48}))))
        (local.set $at (call $address (i32.add (local.get $slot) (i32.const 1))))
        (local.set $end (i32.add (local.get $at) (call $length (local.get $slot))))
        (block $done
          (loop $next
            (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
            (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $at))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $next)))
        (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
        (br $each)))
    (i32.store (i32.const 0x800) (local.get $sum))
    (i32.store (i32.const 0x804) (global.get $runs))
    (call $result (i32.const 1) (i32.const 0x800) (i32.const 8)))
  (func $deep (param $n i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get $n))))
  (func (export "unjank_run") (result i32)
    (local $kernel i32)
    (local.set $kernel (i32.load (i32.const ${CALL + 4})))
    (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
    (if (i32.eq (local.get $kernel) (i32.const 1)) (then (unreachable)))
    (if (i32.eq (local.get $kernel) (i32.const 2)) (then (call $panic)))
    (if (i32.eq (local.get $kernel) (i32.const 3)) (then (return (call $fail))))
    (if (i32.eq (local.get $kernel) (i32.const 4)) (then (drop (memory.grow (i32.const 64)))))
    (if (i32.eq (local.get $kernel) (i32.const 6)) (then (call $sum) (return (i32.const 0))))
    (if (i32.eq (local.get $kernel) (i32.const 8)) (then
      (call $result (i32.const 1) (i32.const ${CALL}) (i32.const 96)) (return (i32.const 0))))
    (if (i32.eq (local.get $kernel) (i32.const 9)) (then (drop (call $deep (i32.const 0)))))
    (call $invert)
    (if (i32.eq (local.get $kernel) (i32.const 4)) (then
      (call $result (i32.const 1) (i32.const 0x900) (i32.const 8))))
    (if (i32.eq (local.get $kernel) (i32.const 10)) (then
      (call $result (i32.const 1) (i32.const 0x900) (i32.const 8))))
    (if (i32.eq (local.get $kernel) (i32.const 5)) (then
      (call $result (i32.const 2) (call $address (i32.const 1)) (call $length (i32.const 0)))
      (i32.store (i32.const ${RESULT + 48}) (i32.const 0x900))
      (i32.store (i32.const ${RESULT + 52}) (i32.const 8))))
    (i32.const 0)))`);
}

const { MutableGlobals, BulkMemory, Atomics } = binaryen.Features;

/** What engines have had for years. */
const FEATURES = MutableGlobals | BulkMemory | Atomics;

/** @type {Map<string, Uint8Array<ArrayBuffer>>} */
const assembled = new Map();

/** @param {string} source */
export function assemble(source) {
  let binary = assembled.get(source);
  if (!binary) {
    const module = binaryen.parseText(source);
    module.setFeatures(FEATURES);
    binary = Uint8Array.from(module.emitBinary());
    module.dispose();
    assembled.set(source, binary);
  }
  return binary;
}

/** @param {Changes} [changes] */
export function module(changes) {
  return new WebAssembly.Module(assemble(text(changes)));
}
