// @ts-check
// A whole that was cut elsewhere: its pieces say where they stand.
import { alive, bytes, check, equal, rejects, sameBytes, settled, weighTransfers } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

const STRIDE = 4096;

/** @param {Unjank} unjank */
export async function a_kernel_is_told_where_its_piece_stands({ createPool }) {
  const pool = await createPool({ workers: 1 });
  /** @type {[object, number[]][]} */
  const cases = [
    [{ start: 100, total: 3000, before: 5, after: 2 }, [STRIDE, 3000, 100, 5, 9, 2]],
    [{ start: 0, total: 18, after: 2 }, [STRIDE, 18, 0, 0, 14, 2]],
    [{ start: 2 ** 32 - 17, total: 2 ** 32 - 1 }, [STRIDE, 2 ** 32 - 1, 2 ** 32 - 17, 0, 16, 0]],
  ];
  for (const [window, expected] of cases) {
    const stands = /** @type {any} */ (window);
    const answer = await pool.run('tell_window', {}, bytes(16 * STRIDE), { stride: STRIDE, window: stands });
    const told = new Uint32Array(answer.slice().buffer);
    equal(String([...told]), String(expected), 'stride, total, start, before, core, after');
  }
  const whole = await pool.run('tell_window', {}, bytes(16 * STRIDE), { stride: STRIDE });
  equal(String([...new Uint32Array(whole.slice().buffer)]), String([STRIDE, 16, 0, 0, 16, 0]), 'without a window');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function pieces_are_moved_and_make_the_whole({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const [total, rows, halo] = [512, 50, 3];
  const source = bytes(total * STRIDE);
  const whole = new Uint8Array(source.length);
  const scale = weighTransfers();
  let expected = 0;
  const jobs = [];
  for (let start = 0; start < total; start += rows) {
    const [before, core] = [Math.min(halo, start), Math.min(rows, total - start)];
    const after = Math.min(halo, total - start - core);
    const piece = source.slice((start - before) * STRIDE, (start + core + after) * STRIDE);
    expected += piece.length;
    const job = pool.run('echo', {}, piece, { stride: STRIDE, window: { start, total, before, after } });
    jobs.push(job.then((echo) => {
      equal(piece.length, 0, 'bytes of the piece left on the page');
      equal(echo.length, core * STRIDE, 'bytes of a result, without its halo');
      whole.set(echo, start * STRIDE);
    }));
  }
  await Promise.all(jobs);
  equal(scale.bytes, expected, 'bytes that went to workers');
  sameBytes(whole, source, 'the pieces together');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_piece_tells_who_computed_it({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const window = { start: 20, total: 100, before: 2, after: 3 };
  const sent = bytes(16 * STRIDE);
  const piece = await pool.runPiece('echo', {}, sent.slice(), { stride: STRIDE, window });
  equal(String([piece.index, piece.start, piece.units, piece.slot]), '0,20,11,0', 'index, start, units, slot');
  sameBytes(piece.bytes, sent.subarray(2 * STRIDE, 13 * STRIDE), 'the echo, without its halo');
  check(piece.computeMs >= 0, `${piece.computeMs} ms are a time`);
  await rejects(pool.runPiece('fail', { code: 3 }, bytes(16 * STRIDE)), 'kernel');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_piece_that_cannot_stand_there_comes_back({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const windows = [
    { start: 5, total: 100, before: 4, after: 4 },
    { start: 3, total: 100, before: 4, after: 0 },
    { start: 96, total: 100, before: 0, after: 3 },
    { start: 2 ** 32 - 1, total: 100 },
  ];
  for (const window of windows) {
    for (const transfer of [true, false]) {
      const sent = bytes(8 * STRIDE);
      const error = await rejects(pool.run('echo', {}, sent, { stride: STRIDE, window, transfer }), 'bad_plan');
      check(error.message.includes('check the window'), `${error.message} says what to check`);
      equal(error.payload?.buffer, sent.buffer, 'the payload is the one that was given');
      equal(sent.length, 8 * STRIDE, 'its bytes are all there');
    }
  }
  const ragged = { stride: 3, window: { start: 0, total: 100 } };
  await rejects(pool.run('echo', {}, bytes(8 * STRIDE), ragged), 'bad_plan');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_window_that_makes_no_sense_is_refused({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const nonsense = /** @type {any[]} */ ([
    7, null, 'all', {}, { start: 0 }, { total: 8 }, { start: -1, total: 8 }, { start: 0, total: 2 ** 32 },
    { start: 0, total: 8, before: 0.5 }, { start: 0, total: 8, after: NaN }, { start: '0', total: 8 },
  ]);
  for (const window of nonsense) {
    const sent = bytes(8 * STRIDE);
    await rejects(pool.run('echo', {}, sent, { stride: STRIDE, window }), 'bad_option');
    equal(sent.length, 8 * STRIDE, 'bytes left on the page');
  }
  await alive(pool);
  settled(pool);
}
