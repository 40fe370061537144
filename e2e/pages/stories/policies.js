// @ts-check
// Content security policies, trusted types and media types: they work, or say what to allow.
import { alive, check, endings, equal, framed, rejects } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

/** @param {Unjank} _ */
export async function a_page_that_allows_no_workers_is_told_so(_) {
  const { Pool } = await framed('/index.html?as=no-workers');
  const error = await rejects(Pool.build({ workers: 1 }), 'script_unavailable');
  check(error.message.includes('content security policy'), `${error.message} says what to allow`);
}

/** @param {Unjank} _ */
export async function a_page_that_allows_no_wasm_hears_it_from_its_own_module(_) {
  const end = await framed('/index.html?as=no-wasm').then(() => 'loaded', (error) => String(error));
  check(end !== 'loaded', 'the module is refused');
  check(/CompileError|Content.Security.Policy/i.test(end), `${end} names the policy`);
}

/** @param {Unjank} unjank */
export async function a_worker_whose_own_policy_allows_no_wasm_works_or_says_so({ Pool }) {
  const building = Pool.build({ workers: 1, worker: '/pkg/worker.js?as=no-wasm' });
  const [end] = await endings([building]);
  if (end?.status === 'fulfilled') return alive(end.value);
  equal(end?.reason.code, 'init_failed', 'code');
}

/** @param {Unjank} _ */
export async function trusted_types_refuse_a_plain_address(_) {
  const { Pool } = await framed('/index.html?as=trusted-types');
  const error = await rejects(Pool.build({ workers: 1 }), 'script_unavailable');
  check(/trusted/i.test(error.message), `${error.message} names what is missing`);
}

/** @param {Unjank} _ */
export async function trusted_types_take_an_address_of_a_policy(_) {
  const page = await framed('/index.html?as=trusted-types');
  const policy = page.window.trustedTypes.createPolicy('unjank', {
    createScriptURL: (/** @type {string} */ url) => url,
  });
  const worker = policy.createScriptURL(new URL('/pkg/worker.js', location.href).href);
  await alive(await page.Pool.build({ workers: 1, worker }));
}

/** @param {Unjank} unjank */
export async function a_script_of_the_wrong_type_does_not_load({ Pool }) {
  const worker = '/pkg/worker.js?as=text';
  await rejects(Pool.build({ workers: 1, worker }), 'script_unavailable');
}

/** @param {Unjank} _ */
export async function a_module_of_the_wrong_type_loads_all_the_same(_) {
  for (const type of ['octets', 'charset', 'text']) {
    const glue = await import(`${new URL('../pkg/unjank_faults.js', import.meta.url)}?${type}`);
    await glue.default({ module_or_path: `/pkg/unjank_faults_bg.wasm?as=${type}` });
    await alive(await glue.Pool.build({ workers: 1 }));
  }
}

/** @param {Unjank} unjank */
export async function a_script_on_another_host_is_refused({ Pool }) {
  const worker = new URL('/pkg/worker.js', location.href);
  worker.hostname = 'localhost';
  await rejects(Pool.build({ workers: 1, worker }), 'script_unavailable');
}
