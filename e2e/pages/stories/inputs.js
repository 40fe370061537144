// @ts-check
// Kernels with more than one input: by name or in order, moved or kept, whole or cut.
import { alive, bytes, endings, equal, rejects, sameBytes, settled, weighTransfers } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

const SIZES = [64, 1 << 20];
const TABLES = [16, 9000];

/** What comes of the kernel. @param {Uint8Array} photo @param {Uint8Array} table */
const mixed = (photo, table) => photo.map((byte) => byte + /** @type {number} */ (table[byte % table.length]));

/** @param {(photo: Uint8Array<ArrayBuffer>, table: Uint8Array<ArrayBuffer>) => Promise<void>} story */
async function forAll(story) {
  for (const size of SIZES) {
    for (const length of TABLES) await story(bytes(size, 3), bytes(length, 5));
  }
}

/** @param {Unjank} unjank */
export async function inputs_are_given_by_name_or_in_order({ createPool }) {
  const pool = await createPool({ workers: 1 });
  await forAll(async (photo, table) => {
    const expected = mixed(photo, table);
    const isSmall = photo.length + table.length <= 4096;
    const scale = weighTransfers();
    const given = { table: table.slice(), photo: photo.slice() };
    sameBytes(await pool.run('mix', {}, given), expected, 'the result');
    equal(scale.bytes, isSmall ? 0 : photo.length + table.length, 'bytes that were moved');
    equal(given.photo.length + given.table.length, isSmall ? photo.length + table.length : 0, 'bytes left on the page');
    sameBytes(await pool.run('mix', {}, [photo, table], { transfer: false }), expected, 'the result of what stays');
    sameBytes(photo, bytes(photo.length, 3), 'what stays');
    const many = await pool.runAll('mix', {}, [[photo.slice(), table.slice()], { photo: photo.slice(), table: table.slice() }]);
    for (const result of many) sameBytes(result, expected, 'one of many');
  });
  settled(pool);
}

/** @param {Unjank} unjank */
export async function every_chunk_has_all_of_the_further_inputs({ createPool }) {
  const pool = await createPool({ workers: 2 });
  await forAll(async (photo, table) => {
    const work = pool.mapChunks('mix', {}, { photo, table }, { stride: 8, chunkUnits: photo.length / 64 });
    sameBytes(await work.gather(), mixed(photo, table), 'the result');
    equal(work.total, 8, 'chunks');
  });
  settled(pool);
}

/** @param {Unjank} unjank */
export async function inputs_of_a_worker_that_ends_are_sent_again_if_they_stayed({ createPool }) {
  const pool = await createPool({ workers: 1, minWorkers: 1 });
  await forAll(async (photo, table) => {
    const stop = new AbortController();
    const spins = pool.run('spin', {}, bytes(), { signal: stop.signal });
    const kept = pool.run('mix', {}, { photo, table }, { transfer: false });
    const gone = pool.run('mix', {}, { photo: photo.slice(), table: table.slice() });
    await null;
    stop.abort();
    await rejects(spins, 'cancelled');
    sameBytes(await kept, mixed(photo, table), 'the result of what stayed');
    const [end] = await endings([gone]);
    if (end?.status === 'fulfilled') sameBytes(end.value, mixed(photo, table), 'the result of what was moved');
    else equal(end?.reason.code, 'worker_lost', 'what became of what was moved');
  });
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function inputs_that_a_kernel_does_not_take_are_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  await forAll(async (photo, table) => {
    /** @type {any[]} */
    const wrong = [photo, { photo }, { photo, tabel: table }, [photo, table, table], {}, []];
    for (const given of wrong) {
      const { message } = await rejects(pool.run('mix', {}, given), 'not_a_buffer');
      equal(message, 'kernel "mix" takes other inputs: give it by name, or in this order: photo, table', 'what is said');
      await rejects(() => pool.mapChunks('mix', {}, given, { stride: 1 }), 'not_a_buffer');
    }
    await rejects(pool.run('echo', {}, [photo, table]), 'not_a_buffer');
    equal(photo.length > 0 && table.length > 0, true, 'whether all is still here');
  });
  await alive(pool);
  settled(pool);
}
