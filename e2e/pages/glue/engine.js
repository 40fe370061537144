// @ts-check
// The engine for modules made by wasm-bindgen: the stories of kernels that go wrong, and what only it has.
import { alive, bytes, check, counted, equal, rejects, sameBytes, settled } from '../expect.js';

export * from '../stories/kernels.js';
export { a_panic_in_a_shared_message_is_one_and_nothing_runs_twice } from '../stories/slices.js';
export { an_instance_that_ended_is_replaced_in_place } from '../stories/memory.js';

/** @import { Unjank } from '../expect.js' */

/** @param {Unjank} unjank */
export async function a_module_that_cannot_be_read_is_loaded_by_its_glue({ createPool }) {
  const starts = counted('./glue/workers/deaf.js');
  const pool = await createPool({ workers: 1, worker: starts.make });
  await alive(pool);
  equal(starts.count, 2, 'workers started: one that could not read the module, one that loads it');
}

/** @param {Unjank} unjank */
export async function a_start_that_fails_after_an_await_says_so({ createPool }) {
  const worker = counted('./glue/workers/late-throw.js').make;
  const error = await rejects(createPool({ workers: 1, worker }), 'init_failed');
  check(error.message.includes('not this module'), `${error.message} is what it threw`);
}

/** @param {Unjank} unjank */
export async function a_kernel_that_closes_its_worker_is_answered_and_the_worker_replaced({ createPool }) {
  const script = counted('./pkg/worker.js');
  const pool = await createPool({ workers: 1, worker: script.make });
  equal((await pool.run('vanish', {}, bytes()))[0], 1, 'answer of a worker that is about to go');
  await alive(pool);
  equal(script.count, 2, 'workers started');
  settled(pool);
}

/** What is said on the page's console from here on. */
function overheard() {
  /** @type {string[]} */
  const said = [];
  for (const level of /** @type {const} */ (['error', 'warn', 'info', 'log'])) {
    console[level] = (...words) => { said.push(words.join(' ')); };
  }
  return said;
}

/** @param {Unjank} unjank */
export async function an_instance_that_cannot_be_renewed_costs_a_worker_and_never_another_job({ createPool }) {
  const said = overheard();
  const starts = counted('./glue/workers/no-reset.js');
  const pool = await createPool({ workers: 1, worker: starts.make });
  for (const length of [64, 1 << 20]) {
    const echoes = (/** @type {number} */ seed) => (
      Array.from({ length: 20 }, (_, index) => pool.run('echo', {}, bytes(length, seed + index)))
    );
    const before = echoes(1);
    const traps = rejects(pool.run('trap', {}, bytes(length)), 'panicked');
    const behind = echoes(21);
    await traps;
    const results = await Promise.all([...before, ...behind]);
    results.forEach((echo, index) => sameBytes(echo, bytes(length, index + 1), `echo ${index}`));
  }
  equal(starts.count, 3, 'workers started');
  const told = said.filter((line) => line.includes('reset_state_function'));
  equal(told.length, 1, 'times the console was told');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function the_applications_own_panic_hook_runs_too_whichever_was_set_first({ createPool }) {
  for (const order of ['first', 'later']) {
    const starts = counted(`./glue/workers/hooks.js#${order}`);
    const pool = await createPool({ workers: 1, worker: starts.make });
    /** @type {string[]} */
    const heard = [];
    starts.last?.addEventListener('message', ({ data }) => { if (data?.heard) heard.push(data.heard); });
    for (let round = 0; round < 3; round += 1) {
      const error = await rejects(pool.run('heard', {}, bytes()), 'panicked');
      check(error.message.includes('for every hook to hear'), `${error.message} is the panic's`);
      check(/hook\.rs:\d+:\d+$/.test(error.location ?? ''), `${error.location} is its place`);
    }
    equal(heard.length, 3, `panics that the hook heard which was set ${order}`);
    check(heard.every((line) => line.includes('for every hook to hear')), `${heard} are of the panics`);
    await alive(pool);
    settled(pool);
  }
}
