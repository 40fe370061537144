// @ts-check
// How a worker gets the kernels: from the page, compiled, or else it loads them itself.
import { alive, check, counted, equal, rejects } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

/** @param {Unjank} unjank */
export async function a_module_that_cannot_be_posted_is_loaded_by_the_worker({ createPool }) {
  let refusals = 0;
  const make = () => {
    const worker = new Worker(new URL('../unjank/worker.js', import.meta.url), { type: 'module' });
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (/** @type {any} */ message, /** @type {any} */ transfer = []) => {
      if (message.module instanceof WebAssembly.Module) {
        refusals += 1;
        throw new DOMException('a module could not be cloned', 'DataCloneError');
      }
      post(message, transfer);
    };
    return worker;
  };
  const pool = await createPool({ workers: 2, worker: make });
  await alive(pool);
  equal(refusals, 1, 'modules that were refused');
}

/**
 * @param {Unjank} unjank
 * @param {string} script
 */
async function loadsItself({ createPool }, script) {
  const starts = counted(script);
  const pool = await createPool({ workers: 1, worker: starts.make });
  await alive(pool);
  equal(starts.count, 2, 'workers started: one that could not read the module, one that loads it');
}

/** @param {Unjank} unjank */
export async function a_module_that_cannot_be_read_is_loaded_by_the_worker(unjank) {
  await loadsItself(unjank, './workers/deaf.js');
}

/** @param {Unjank} unjank */
export async function a_module_that_arrives_as_nothing_is_loaded_by_the_worker(unjank) {
  await loadsItself(unjank, './workers/blank.js');
}

/** @param {Unjank} unjank */
export async function a_ladder_without_a_rung_left_says_so({ createPool }) {
  const starts = counted('./workers/lost-module.js');
  const error = await rejects(createPool({ workers: 1, worker: starts.make }), 'init_failed');
  check(starts.count <= 4, `${starts.count} starts are few`);
  check(error.message.length > 'a worker could not start: '.length, `${error.message} says why`);
}

/** @param {Unjank} unjank */
export async function a_compiled_module_that_cannot_be_read_says_that_nobody_knows_where_it_is({ createPool, kernels }) {
  const starts = counted('./workers/deaf.js');
  const module = await WebAssembly.compileStreaming(fetch(kernels));
  await rejects(createPool({ kernels: module, workers: 1, worker: starts.make }), 'init_failed');
  check(starts.count <= 4, `${starts.count} starts are few`);
}

/** @param {Unjank} unjank */
export async function a_worker_that_gets_no_instance_says_so({ createPool }) {
  const worker = counted('./workers/no-instance.js').make;
  const error = await rejects(createPool({ workers: 1, worker }), 'out_of_memory');
  check(error.message.includes('no memory for that'), `${error.message} is what it threw`);
}

/** @param {Unjank} unjank */
export async function a_start_that_throws_no_error_is_a_failed_start({ createPool }) {
  const worker = counted('./workers/throws-nothing.js').make;
  const error = await rejects(createPool({ workers: 1, worker }), 'init_failed');
  check(error.message.includes('undefined'), `${error.message} is what it threw`);
}
