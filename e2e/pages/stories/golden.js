// @ts-check
// Modules of every origin do the same in a worker. The cases are `protocol/golden/suite.json`, which
// `host/tests/golden` runs natively too. What the pool's face can't say is run there alone: several inputs,
// inputs with an identity, and params that are no bytes at all.
import { instantiate } from '../unjank/alone.js';
import { check, equal, rejects, sameBytes, settled } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

/**
 * @typedef {{ bytes: string, identity: number }} Given
 * @typedef {{ outputs?: string[], error?: string, code?: number, text?: string }} Expected
 * @typedef {[number, number, number, number, number, number]} Window
 * @typedef {{ kernel: string, params: string, inputs: Given[], window: Window, expect: Expected }} Step
 * @typedef {{ name: string, steps: (Step | { forget: number })[] }} Case
 */

/** What the params of the suite are in JavaScript. @type {Record<string, unknown>} */
const PARAMS = { a0: {}, f6: null };

/** @param {string} hex */
function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

/** The steps that have one input, without an identity. `keep` counts calls, so it is told as a whole. */
async function steps() {
  const response = await fetch('/golden/suite.json');
  const { cases } = /** @type {{ cases: Case[] }} */ (await response.json());
  const all = cases.flatMap(({ name, steps }) => steps.map((step, index) => ({ what: `${name}, ${index}`, step })));
  const chosen = all.flatMap(({ what, step }) => {
    if ('forget' in step || step.kernel === 'keep') return [];
    const [input, ...further] = step.inputs;
    const fits = input && further.length === 0 && input.identity === 0 && step.params in PARAMS;
    return fits ? [{ what, ...step, params: PARAMS[step.params], bytes: bytesOf(input.bytes) }] : [];
  });
  const kernels = new Set(chosen.map(({ kernel }) => kernel));
  equal([...kernels].sort().join(), 'fail,grow,halo1,invert,sum,trap,window', 'kernels that are run');
  return chosen;
}

/**
 * @param {Promise<Uint8Array> | (() => Uint8Array)} attempt
 * @param {Expected} expected
 * @param {string} what
 */
async function meets(attempt, expected, what) {
  if (expected.error) {
    const error = await rejects(attempt, expected.error === 'trapped' ? 'panicked' : 'kernel');
    if (expected.code !== undefined) equal(error.kernelCode, expected.code, `${what}: number`);
    check(error.message.includes(expected.text ?? ''), `${what}: ${error.message} is the kernel's`);
    return;
  }
  const found = await (typeof attempt === 'function' ? attempt() : attempt);
  sameBytes(found, bytesOf(expected.outputs?.[0] ?? ''), what);
}

/**
 * @param {Unjank} unjank
 * @param {string} kernels
 */
async function doesAll({ createPool }, kernels) {
  const pool = await createPool({ workers: 1, kernels });
  for (const { what, kernel, params, bytes, window, expect } of await steps()) {
    const [stride, total, start, before, , after] = window;
    const options = { stride, window: { start, total, before, after } };
    await meets(pool.runPiece(kernel, params, bytes, options).then((result) => result.bytes), expect, what);
  }
  settled(pool);
  equal(pool.stats().workers[0]?.generation, 0, 'workers that were replaced');
  await pool.close('abort');
}

/** @param {string} kernels */
async function doesAllHere(kernels) {
  const alone = instantiate(await WebAssembly.compileStreaming(fetch(kernels)));
  let count = 0;
  for (const { what, kernel, params, bytes, window, expect } of await steps()) {
    const [stride, total, start, , core] = window;
    if (start > 0 || core < total) continue;
    count += 1;
    await meets(() => alone.run(kernel, params, bytes, stride), expect, what);
  }
  check(count > 8, `${count} cases are about a whole`);
}

const BY_HAND = '/golden/golden.wasm';
const IN_C = '/golden/c/golden.wasm';
const IN_RUST = '/golden/rust/golden.wasm';
const FOR_WASI = '/golden/wasi/golden.wasm';

/** @param {Unjank} unjank */
export async function a_module_by_hand_does_all_that_is_asked(unjank) {
  await doesAll(unjank, BY_HAND);
}

/** @param {Unjank} unjank */
export async function a_module_in_c_does_all_that_is_asked(unjank) {
  await doesAll(unjank, IN_C);
}

/** @param {Unjank} unjank */
export async function a_module_in_rust_does_all_that_is_asked(unjank) {
  await doesAll(unjank, IN_RUST);
}

/** @param {Unjank} unjank */
export async function a_module_in_rust_for_wasi_does_all_that_is_asked(unjank) {
  await doesAll(unjank, FOR_WASI);
}

export async function modules_of_every_origin_run_on_the_page() {
  for (const kernels of [BY_HAND, IN_C, IN_RUST, FOR_WASI]) await doesAllHere(kernels);
}

/** @param {Unjank} unjank */
export async function a_module_of_a_later_minor_version_works({ createPool }) {
  const pool = await createPool({ workers: 1, kernels: '/golden/future.wasm' });
  const sent = bytesOf('00010203');
  sameBytes(await pool.run('k', {}, sent.slice()), sent, 'what comes back');
  const error = await rejects(pool.run('forty', {}, sent.slice()), 'kernel');
  equal(error.kernelCode, 40, 'a status that is still to come');
  sameBytes(await pool.run('k', {}, sent.slice()), sent, 'what comes back after it');
  settled(pool);
}
