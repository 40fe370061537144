// @ts-check
// Modules that break the interface: each has its named error, and the page and its pools go on. What each of
// them does wrong stands in its text, `protocol/golden/bad/*.wat`.
import { alive, bytes, check, rejects, settled } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

/**
 * What a bad module comes to: the code of its pool, or of its job.
 * `unless`: why it may not be noticed before a job. `page`: the code in a browser, where it is another.
 * @typedef {{ code?: string, job?: string, unless?: string, page?: string }} Expected
 */

/** @returns {Promise<[name: string, Expected][]>} */
async function badModules() {
  const response = await fetch('/golden/bad/expected.json');
  return Object.entries(await response.json());
}

/** @param {string} name */
function addressOf(name) {
  return `/golden/bad/${name}.wasm`;
}

/** @param {Unjank} unjank */
export async function what_is_wrong_before_any_job_has_its_name({ createPool }) {
  let count = 0;
  for (const [name, { code, unless }] of await badModules()) {
    if (!code || unless) continue;
    count += 1;
    const error = await rejects(createPool({ workers: 2, kernels: addressOf(name) }), code);
    check(error.message.length > 10, `${name}: ${error.message} says what is wrong`);
  }
  check(count > 20, `${count} modules were tried`);
  await alive(await createPool({ workers: 1 }));
}

/** @param {Unjank} unjank */
export async function what_may_not_be_noticed_is_named_or_does_no_harm({ createPool }) {
  for (const [name, { code, unless, page = code }] of await badModules()) {
    if (!page || !unless) continue;
    const build = createPool({ workers: 1, kernels: addressOf(name) });
    const pool = await build.catch(() => undefined);
    if (pool) await pool.close('abort');
    else await rejects(build, page);
  }
  await alive(await createPool({ workers: 1 }));
}

/** @param {Unjank} unjank */
export async function what_is_wrong_with_a_job_costs_that_job({ createPool }) {
  let count = 0;
  for (const [name, { job }] of await badModules()) {
    if (!job) continue;
    count += 1;
    const pool = await createPool({ workers: 1, kernels: addressOf(name) });
    for (const again of [1, 2]) {
      const error = await rejects(pool.run('k', {}, bytes(64, again)), job);
      check(error.message !== '', `${name} says what is wrong`);
    }
    settled(pool);
    await pool.close('abort');
  }
  check(count > 10, `${count} modules were tried`);
}

/** @param {Unjank} unjank */
export async function an_old_text_is_not_taken_for_a_new_panic({ createPool }) {
  const pool = await createPool({ workers: 1, kernels: addressOf('stale-panic') });
  const error = await rejects(pool.run('k', {}, bytes()), 'panicked');
  check(/unreachable/i.test(error.message), `${error.message} is the engine's name for the trap`);
  check(error.location === undefined, `${error.location} is no place`);
}

/** @param {Unjank} unjank */
export async function what_is_no_module_has_its_name({ createPool }) {
  const whole = await (await fetch('/golden/golden.wasm')).arrayBuffer();
  const refused = (/** @type {any} */ kernels, /** @type {string} */ code) => (
    rejects(createPool({ workers: 1, kernels }), code)
  );
  await refused('/golden/nowhere.wasm', 'kernels_unavailable');
  await refused('/index.html', 'kernels_unavailable');
  await refused('/golden/suite.json', 'bad_kernels');
  await refused(new ArrayBuffer(0), 'bad_kernels');
  await refused(whole.slice(0, whole.byteLength / 2), 'bad_kernels');
  await refused(new TextEncoder().encode('(module)'), 'bad_kernels');
  await refused(Promise.reject(new TypeError('no network')), 'kernels_unavailable');
  await alive(await createPool({ workers: 1 }));
}
