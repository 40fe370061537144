// @ts-check
// What may be handed over, what is refused, and who has the bytes afterwards.
import { alive, bytes, check, endings, equal, rejects, sameBytes, settled, timed, weighTransfers } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

const LARGE = 1 << 20;

/** @param {Unjank} unjank */
export async function a_whole_buffer_is_moved({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const sent = bytes(LARGE);
  const payload = sent.slice().buffer;
  const echo = await pool.run('echo', {}, payload);
  equal(payload.byteLength, 0, 'bytes left on the page');
  sameBytes(echo, sent, 'echo');
  equal(echo.buffer.byteLength, LARGE, 'bytes of the buffer of the result');
}

/** @param {Unjank} unjank */
export async function a_buffer_can_stay({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const sent = bytes(LARGE);
  sameBytes(await pool.run('echo', {}, sent, { transfer: false }), sent, 'echo');
  equal(sent.length, LARGE, 'bytes left on the page');
}

/** @param {Unjank} unjank */
export async function a_view_ships_only_its_bytes({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const whole = bytes(16 * LARGE);
  const part = whole.subarray(3 * LARGE, 3 * LARGE + 100_000);
  const scale = weighTransfers();
  const echo = await pool.run('echo', {}, part);
  sameBytes(echo, part, 'echo');
  equal(scale.bytes, 100_000, 'bytes that went to the worker');
  equal(whole.length, 16 * LARGE, 'bytes left on the page');
}

/** @param {Unjank} unjank */
export async function any_view_will_do({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const floats = Float32Array.of(1.5, -2, 1e9);
  const expected = new Uint8Array(floats.slice().buffer);
  for (const view of [floats, new DataView(floats.buffer), new ImageData(3, 1).data]) {
    const wanted = view instanceof Uint8ClampedArray ? new Uint8Array(12) : expected;
    sameBytes(await pool.run('echo', {}, view, { transfer: false }), wanted, view.constructor.name);
  }
}

/** @param {Unjank} unjank */
export async function nothing_is_a_payload_too({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const nothing of [new ArrayBuffer(0), new Uint8Array(0), bytes(8).subarray(4, 4)]) {
    equal((await pool.run('echo', {}, nothing)).length, 0, 'bytes of the echo of nothing');
  }
  equal((await pool.run('sum', {}, new ArrayBuffer(0))).length, 8, 'bytes of the sum of nothing');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function what_is_no_buffer_is_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const thing of ['text', null, undefined, {}, [1, 2, 3], new Blob(['text'])]) {
    await rejects(pool.run('echo', {}, /** @type {any} */ (thing)), 'not_a_buffer');
  }
  await alive(pool);
}

/** @param {Unjank} unjank */
export async function a_detached_buffer_is_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const sent = bytes(LARGE);
  await pool.run('echo', {}, sent);
  await rejects(pool.run('echo', {}, sent), 'detached');
  await rejects(pool.run('echo', {}, sent.buffer), 'detached');
  await rejects(() => pool.mapChunks('echo', {}, sent, { stride: 1 }), 'detached');
  await alive(pool);
}

/** @param {Unjank} unjank */
export async function a_shared_buffer_is_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  // Pages without cross-origin isolation have no constructor for it, but this still makes one.
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  equal(Object.prototype.toString.call(buffer), '[object SharedArrayBuffer]', 'what it is');
  await rejects(pool.run('echo', {}, /** @type {any} */ (buffer)), 'shared_buffer');
  await rejects(pool.run('echo', {}, /** @type {any} */ (new Uint8Array(buffer))), 'shared_buffer');
  await alive(pool);
}

/** @param {Unjank} unjank */
export async function a_resizable_buffer_is_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  await rejects(pool.run('echo', {}, buffer), 'resizable_buffer');
  await rejects(pool.run('echo', {}, new Uint8Array(buffer)), 'resizable_buffer');
  equal((await pool.run('echo', {}, buffer.transferToFixedLength())).length, 8, 'bytes after doing as told');
}

/** @param {Unjank} unjank */
export async function an_unknown_kernel_gives_the_payload_back({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const sent = bytes(LARGE);
  const error = await rejects(pool.run('nobody', {}, sent), 'unknown_kernel');
  check(error.message.includes('nobody'), `${error.message} names it`);
  check(error.payload !== undefined, 'the payload comes back');
  equal(error.payload?.buffer, sent.buffer, 'the payload is the one that was given');
  await alive(pool);
}

/** @param {Unjank} unjank */
export async function parameters_that_cannot_be_said_give_the_payload_back({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const length of [64, LARGE]) {
    const sent = bytes(length);
    const error = await rejects(pool.run('echo', { call: () => 1 }, sent), 'bad_params');
    equal(error.payload?.buffer, sent.buffer, 'the payload is the one that was given');
    equal(sent.length, length, 'its bytes are all there');
  }
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function parameters_are_those_of_the_call({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const params = { code: 0 };
  const runs = [1, 2, 3].map((code) => {
    params.code = code;
    return rejects(pool.run('fail', params, bytes()), 'kernel');
  });
  params.code = 4;
  runs.push(rejects(pool.runAll('fail', params, [bytes(), bytes(LARGE)]), 'kernel'));
  params.code = 5;
  runs.push(rejects(pool.mapChunks('fail', params, bytes(LARGE), { stride: 1 }).gather(), 'kernel'));
  params.code = 6;
  const codes = (await Promise.all(runs)).map(({ kernelCode }) => kernelCode);
  equal(String(codes), '1,2,3,4,5', 'the numbers that the kernel was given');
  const unwilling = { get code() { throw new Error('not now'); } };
  await rejects(pool.run('fail', unwilling, bytes()), 'bad_params');
  await alive(pool);
}

/** @param {Unjank} unjank */
export async function one_job_that_cannot_be_said_spares_its_neighbours({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const jobs = Array.from({ length: 40 }, (_, index) => (
    pool.run('echo', index === 11 ? { call: () => 1 } : {}, bytes(16, index))
  ));
  const ends = await endings(jobs);
  const wrong = ends.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
  equal(String(wrong), '11', 'jobs that failed');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_full_queue_gives_the_payload_back({ createPool }) {
  const pool = await createPool({ workers: 1, queue: 2 });
  const spin = timed(pool.run('spin', {}, bytes(), { deadlineMs: 300 }));
  const waiting = [1, 2].map((seed) => pool.run('echo', {}, bytes(LARGE, seed)));
  const sent = bytes(LARGE, 3);
  const error = await rejects(pool.run('echo', {}, sent), 'queue_full');
  equal(error.payload?.buffer, sent.buffer, 'the payload is the one that was given');
  equal(sent.length, LARGE, 'its bytes are all there');
  await rejects(spin, 'deadline_exceeded');
  await pool.ready();
  sameBytes(await pool.run('echo', {}, sent.slice()), sent, 'the second try');
  const echoes = await Promise.all(waiting);
  echoes.forEach((echo, index) => sameBytes(echo, bytes(LARGE, index + 1), 'what waited'));
  settled(pool);
}

/** @param {Unjank} unjank */
export async function options_that_make_no_sense_are_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const nonsense = /** @type {any[]} */ ([{ lane: 'fast' }, { deadlineMs: -1 }, { deadlineMs: NaN }]);
  for (const options of nonsense) {
    const sent = bytes(LARGE);
    await rejects(pool.run('echo', {}, sent, options), 'bad_option');
    equal(sent.length, LARGE, 'bytes left on the page');
  }
  await rejects(() => pool.mapChunks('echo', {}, bytes(10), { stride: 3 }), 'bad_plan');
  await rejects(() => pool.mapChunks('echo', {}, bytes(10), { stride: 0 }), 'bad_plan');
  await rejects(() => pool.mapChunks('echo', {}, bytes(10), /** @type {any} */ ({})), 'bad_option');
  await rejects(pool.close(/** @type {any} */ ('slowly')), 'bad_option');
  for (const wrong of /** @type {any[]} */ ([-1, 1.5, NaN, Infinity, 2 ** 40, '2', null])) {
    for (const option of ['workers', 'minWorkers', 'spares', 'queue', 'depth', 'memoryLimitBytes']) {
      await rejects(createPool({ [option]: wrong }), 'bad_option');
    }
    await rejects(createPool({ timeline: wrong === '2' ? {} : wrong }), 'bad_option');
    for (const option of ['stride', 'halo', 'chunkUnits']) {
      await rejects(() => pool.mapChunks('echo', {}, bytes(8), { stride: 1, [option]: wrong }), 'bad_option');
    }
  }
  await alive(pool);
}
