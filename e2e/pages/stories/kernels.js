// @ts-check
// Kernels that go wrong: one job fails, by its name, and the pool goes on.
import { alive, bytes, check, endings, equal, rejects, sameBytes, settled } from '../expect.js';

/** @import { Pool, Unjank } from '../expect.js' */

/**
 * @param {Pool} pool
 * @param {string} kernel
 */
async function fails(pool, kernel, params = {}) {
  const error = await rejects(pool.run(kernel, params, bytes()), 'panicked');
  await alive(pool);
  settled(pool);
  return error;
}

/** @param {Unjank} unjank */
export async function a_panic_has_its_message_and_place({ createPool }) {
  const error = await fails(await createPool({ workers: 1 }), 'panic', { start: 0 });
  check(error.message.includes('a kernel lost its head at unit 0'), `${error.message} is the panic's`);
  check(/kernels\.rs:\d+:\d+$/.test(error.location ?? ''), `${error.location} is its place`);
}

/** @param {Unjank} unjank */
export async function a_trap_has_its_name_and_no_place({ createPool }) {
  const error = await fails(await createPool({ workers: 1 }), 'trap');
  check(/unreachable/i.test(error.message), `${error.message} names the trap`);
  equal(error.location, undefined, 'place');
}

/** @param {Unjank} unjank */
export async function a_stack_overflow_is_a_trap({ createPool }) {
  const error = await fails(await createPool({ workers: 1 }), 'overflow');
  // The stack of linear memory may end first, and below it there is nothing.
  check(/stack|out of bounds/i.test(error.message), `${error.message} names the trap`);
}

/** @param {Unjank} unjank */
export async function memory_that_ran_out_is_given_back({ createPool }) {
  const pool = await createPool({ workers: 1 });
  await fails(pool, 'exhaust');
  const { memoryBytes = Infinity } = pool.stats().workers[0] ?? {};
  check(memoryBytes < 8 << 20, `${memoryBytes} bytes are a fresh instance's`);
}

/** @param {Unjank} unjank */
export async function a_panic_spares_its_neighbours({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const jobs = Array.from({ length: 60 }, (_, index) => (
    pool.run('panic', { start: index % 20 === 7 ? 0 : 1 }, bytes(32, index))
  ));
  const ends = await endings(jobs);
  ends.forEach((end, index) => {
    if (index % 20 === 7) return equal(end.status, 'rejected', `job ${index}`);
    check(end.status === 'fulfilled', `job ${index} completes`);
    if (end.status === 'fulfilled') sameBytes(end.value, bytes(32, index), `job ${index}`);
  });
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_panic_in_a_chunk_ends_the_work({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const chunks = pool.mapChunks('panic', { start: 40 }, bytes(64 * 1024), { stride: 1024, chunkUnits: 4 });
  const error = await rejects(chunks.gather(), 'panicked');
  check(error.message.includes('at unit 40'), `${error.message} names the chunk`);
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_fresh_instance_begins_anew({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const calls = async () => {
    const answer = await pool.run('calls', {}, new ArrayBuffer(1));
    return new DataView(answer.buffer, answer.byteOffset).getUint32(0, true);
  };
  equal(await calls(), 1, 'first call');
  equal(await calls(), 2, 'second call');
  await rejects(pool.run('trap', {}, bytes()), 'panicked');
  equal(await calls(), 1, 'first call after the trap');
  equal(pool.stats().workers[0]?.generation, 0, 'workers that were replaced');
}

/** @param {Unjank} unjank */
export async function a_kernels_own_error_has_its_number({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const error = await rejects(pool.run('fail', { code: 42 }, bytes()), 'kernel');
  equal(error.kernelCode, 42, 'number');
  check(error.message.includes('as it was told to'), `${error.message} is the kernel's`);
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function bad_parameters_are_told_from_bad_kernels({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const params of [{}, { code: 'many' }, { code: -1 }, null, undefined, 7]) {
    await rejects(pool.run('fail', params, bytes()), 'bad_params');
  }
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function memory_that_grew_is_given_back({ createPool }) {
  const memoryLimitBytes = 8 << 20;
  const pool = await createPool({ workers: 1, memoryLimitBytes });
  const sent = bytes(300_000, 3);
  const echo = await pool.run('grow', { mebibytes: 24 }, sent.slice());
  sameBytes(echo, sent, 'the echo of a kernel whose memory grew');
  const calls = await pool.run('calls', {}, new ArrayBuffer(1));
  equal(calls[0], 1, 'calls of the instance after it');
  const { memoryBytes = 0, peakMemoryBytes = 0 } = pool.stats().workers[0] ?? {};
  check(peakMemoryBytes > 24 << 20, `${peakMemoryBytes} bytes are the peak`);
  check(memoryBytes < memoryLimitBytes, `${memoryBytes} bytes are within the limit again`);
  await alive(pool);
  return `${peakMemoryBytes >> 20} MiB, then ${memoryBytes >> 10} KiB`;
}

/** @param {Unjank} unjank */
export async function memory_below_its_limit_is_kept({ createPool }) {
  const pool = await createPool({ workers: 1, memoryLimitBytes: 64 << 20 });
  for (const mebibytes of [1, 24, 2]) {
    const sent = bytes(200_000, mebibytes);
    sameBytes(await pool.run('grow', { mebibytes }, sent.slice()), sent, 'echo');
  }
  const calls = await pool.run('calls', {}, new ArrayBuffer(1));
  check((pool.stats().workers[0]?.memoryBytes ?? 0) > 24 << 20, 'the memory is still there');
  equal(calls[0], 1, 'calls');
}
