// @ts-check
// Chunked work: in any order, in order, gathered, and ended before its end.
import { alive, bytes, check, equal, frameUntil, rejects, sameBytes, settled } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

const SOURCE = bytes(4 << 20);
const CUT = { stride: 1024, chunkUnits: 64, halo: 5 };

/** @param {Unjank} unjank */
export async function chunks_come_once_each({ createPool }) {
  const pool = await createPool({ workers: 2, minWorkers: 2 });
  await frameUntil(() => pool.stats().workers.every(({ state }) => state === 'idle'));
  const chunks = pool.mapChunks('echo', {}, SOURCE, CUT);
  const whole = new Uint8Array(SOURCE.length);
  const slots = new Set();
  let count = 0;
  for await (const chunk of chunks) {
    whole.set(chunk.bytes, chunk.start * CUT.stride);
    equal(chunk.bytes.length, chunk.units * CUT.stride, 'bytes of a chunk');
    slots.add(chunk.slot);
    count += 1;
  }
  equal(count, 64, 'chunks');
  equal(chunks.done, chunks.total, 'chunks done');
  sameBytes(whole, SOURCE, 'the chunks together');
  equal(slots.size, 2, 'workers that took part');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function chunks_come_in_order_when_asked({ createPool }) {
  const pool = await createPool({ workers: 2 });
  let next = 0;
  for await (const chunk of pool.mapChunks('echo', {}, SOURCE, { ...CUT, order: 'source' })) {
    equal(chunk.index, next, 'index');
    next += 1;
  }
  equal(next, 64, 'chunks');
}

/** @param {Unjank} unjank */
export async function chunks_are_gathered({ createPool }) {
  const pool = await createPool({ workers: 2 });
  sameBytes(await pool.mapChunks('echo', {}, SOURCE, CUT).gather(), SOURCE, 'gathered');
  sameBytes(await pool.mapChunks('echo', {}, SOURCE.subarray(0, 1024), { stride: 1024 }).gather(), SOURCE.subarray(0, 1024), 'one chunk');
  equal((await pool.mapChunks('echo', {}, new Uint8Array(0), { stride: 8 }).gather()).length, 0, 'bytes of nothing');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function results_take_the_place_of_the_source({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const source = SOURCE.slice();
  const numbered = SOURCE.map((byte, place) => byte + place);
  const plan = { stride: 1, chunkUnits: 100_000, halo: 0 };
  const result = await pool.mapChunks('number', { start: 2 ** 32 - 1 }, source, plan).gatherInPlace();
  equal(result.buffer, source.buffer, 'the buffer of the result');
  sameBytes(result, numbered, 'the result');
  sameBytes(await pool.mapChunks('echo', {}, source, CUT).gatherInPlace(), numbered, 'with a halo');
  await rejects(pool.mapChunks('sum', {}, source, CUT).gatherInPlace(), 'uneven');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function leaving_a_loop_ends_the_work({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for await (const chunk of pool.mapChunks('echo', {}, SOURCE, CUT)) {
    if (chunk.units > 0) break;
  }
  await alive(pool);
  const { tasks = 0 } = pool.stats().workers[0] ?? {};
  check(tasks < 40, `${tasks} tasks are far from all`);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function an_abort_ends_the_loop_with_an_error({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const controller = new AbortController();
  const chunks = pool.mapChunks('echo', {}, SOURCE, { ...CUT, signal: controller.signal });
  await rejects(async () => {
    for await (const chunk of chunks) if (chunk.units > 0) controller.abort();
  }, 'cancelled');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_deadline_is_for_the_whole_work({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const chunks = pool.mapChunks('spin', {}, SOURCE, { ...CUT, deadlineMs: 200 });
  await rejects(chunks.gather(), 'deadline_exceeded');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_source_taken_away_fails_its_work_alone({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const source = SOURCE.slice();
  const chunks = pool.mapChunks('echo', {}, source, CUT);
  structuredClone(source.buffer, { transfer: [source.buffer] });
  await rejects(chunks.gather(), 'undeliverable');
  await alive(pool);
  settled(pool);
}
