// @ts-check
// What a pool tells its listeners: of workers that come and go, and when it is idle, empty, has room again and closed.
import { alive, busy, bytes, check, counted, equal, frameUntil, rejects, sameBytes, settled, timed } from '../expect.js';

/** @import { Unjank, Pool } from '../expect.js' */

const LENGTHS = [64, 1 << 20];

/**
 * What is told from here on, one line each.
 *
 * @param {Pool} pool
 * @param {readonly (keyof import('../unjank/index.js').PoolEvents)[]} events
 */
function heard(pool, ...events) {
  const told = /** @type {string[]} */ ([]);
  for (const event of events) {
    pool.on(event, (change) => {
      const reason = change?.state === 'gone' ? ` ${change.reason}` : '';
      const why = reason === ' lost' && change && 'error' in change ? ` ${change.error.code}` : '';
      told.push(change ? `${change.slot}.${change.generation} ${change.state}${reason}${why}` : event);
    });
  }
  return told;
}

/** @param {string[]} told @param {string[]} expected */
async function comes(told, expected) {
  await frameUntil(() => told.length >= expected.length);
  equal(told.splice(0).join(', '), expected.join(', '), 'what was told');
}

/** @param {Unjank} unjank */
export async function workers_that_come_and_go_are_told_of({ createPool }) {
  const script = counted('./unjank/worker.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  const told = heard(pool, 'worker');
  let generation = 0;
  const next = () => [`0.${generation + 1} starting`, `0.${generation + 1} ready`];
  for (const length of LENGTHS) {
    const kept = pool.run('dwell', { ms: 50 }, bytes(length), { transfer: false });
    await busy(pool, generation);
    script.last?.terminate();
    sameBytes(await kept, bytes(length), 'the result of another worker');
    await comes(told, [`0.${generation} gone lost init_failed`, ...next()]);
    generation += 1;
    const stop = new AbortController();
    const job = timed(pool.run('spin', {}, bytes(length), { signal: stop.signal }));
    await busy(pool, generation);
    stop.abort();
    await rejects(job, 'cancelled');
    await alive(pool);
    await comes(told, [`0.${generation} gone stopped`, ...next()]);
    generation += 1;
  }
  settled(pool);
  await pool.close();
  await comes(told, [`0.${generation} gone closed`]);
}

/** @param {Unjank} unjank */
export async function a_worker_that_has_nothing_to_do_is_told_of_when_it_goes({ createPool }) {
  const pool = await createPool({ workers: 2, idleTimeoutMs: 50 });
  const told = heard(pool, 'worker');
  for (const [round, length] of LENGTHS.entries()) {
    await Promise.all([1, 2].map((seed) => pool.run('dwell', { ms: 100 }, bytes(length, seed))));
    await frameUntil(() => told.some((line) => line.endsWith('gone idle')));
    const [starting, ready, gone] = told.splice(0);
    check(starting?.endsWith('starting') && ready?.endsWith('ready') && gone, `the second one comes: ${starting}, ${ready}`);
    equal(pool.stats().workers.filter(({ state }) => state !== 'vacant').length, 1, `workers after round ${round}`);
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_pool_says_when_it_is_empty_and_when_it_is_idle({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const told = heard(pool, 'idle', 'empty');
  await alive(pool);
  // What tells had to be loaded: until then it comes late, and nothing is lost.
  await comes(told, ['empty', 'idle', 'empty', 'idle']);
  for (const length of LENGTHS) {
    const job = pool.run('echo', {}, bytes(length)).then(() => told.push('result'));
    await job;
    await comes(told, ['empty', 'result', 'idle']);
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_full_queue_says_when_it_has_room_again({ createPool }) {
  const pool = await createPool({ workers: 1, queue: 1 });
  const told = heard(pool, 'room');
  for (const length of LENGTHS) {
    pool.pause();
    const job = pool.run('echo', {}, bytes(length));
    await rejects(pool.run('echo', {}, bytes(length)), 'queue_full');
    await alive(await createPool({ workers: 1 }));
    equal(told.length, 0, 'what was told while it was full');
    pool.resume();
    await comes(told, ['room']);
    sameBytes(await job, bytes(length), 'what made it full');
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_pool_that_has_closed_says_so_to_whoever_asks({ createPool }) {
  for (const length of LENGTHS) {
    const pool = await createPool({ workers: 1 });
    const told = heard(pool, 'idle', 'closed');
    const job = pool.run('echo', {}, bytes(length));
    await pool.close();
    sameBytes(await job, bytes(length), 'what was accepted');
    await comes(told, ['idle', 'closed']);
    await comes(heard(pool, 'idle', 'closed'), ['closed']);
  }
}

/** @param {Unjank} unjank */
export async function a_listener_may_do_anything_and_what_it_throws_is_uncaught({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const uncaught = /** @type {string[]} */ ([]);
  const report = globalThis.reportError;
  check(report, 'the engine takes reports of errors that nobody caught');
  // What is told to the window is the end of a story.
  globalThis.reportError = (error) => { uncaught.push(error.message); };
  const results = /** @type {Promise<Uint8Array>[]} */ ([]);
  const endThrowing = pool.on('idle', () => {
    endThrowing();
    throw new Error('of a listener');
  });
  await new Promise((done) => {
    const end = pool.on('idle', () => {
      if (results.length === LENGTHS.length) {
        end();
        done(undefined);
      } else {
        results.push(pool.run('echo', {}, bytes(LENGTHS[results.length])));
      }
    });
    pool.run('echo', {}, bytes());
  });
  for (const [index, result] of results.entries()) sameBytes(await result, bytes(LENGTHS[index]), 'a result');
  globalThis.reportError = report;
  equal(uncaught.join(), 'of a listener', 'what nobody caught');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function an_event_that_there_is_not_is_refused_by_name({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const on = /** @type {any} */ (pool.on.bind(pool));
  check((await rejects(() => on('rom', () => 0), 'bad_option')).message.includes('`room`'), 'the nearest is named');
  await rejects(() => on('idle', 'me'), 'bad_option');
  await rejects(() => on('idle', () => 0, { once: true }), 'bad_option');
  await alive(pool);
  settled(pool);
}
