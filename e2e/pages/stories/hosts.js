// @ts-check
// Hosts that are set up differently: what their headers forbid, and what they do not.
import { alive, check, endings, equal, framed, rejects } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

const WASM = '/pkg/unjank_faults_bg.wasm';

/**
 * The pool of a frame works. It knows no buffers but its own frame's.
 * @param {any} page
 */
async function works(page, options = {}) {
  const pool = await page.unjank.Pool.build({ workers: 1, ...options });
  equal((await pool.run('echo', {}, new page.ArrayBuffer(3))).length, 3, 'bytes');
}

export async function a_policy_without_wasm_is_told_before_there_is_a_pool() {
  const page = await framed('no-wasm');
  const [end] = await endings([page.loaded]);
  equal(end?.status, 'rejected', 'loading');
}

export async function a_policy_without_workers_fails_the_pool() {
  const page = await framed('no-workers');
  await page.loaded;
  await rejects(page.unjank.Pool.build({ workers: 1 }), 'script_unavailable');
}

export async function trusted_types_are_kept_by_a_factory() {
  const page = await framed('trusted-types');
  await page.loaded;
  if (page.trustedTypes) {
    await rejects(page.unjank.Pool.build({ workers: 1 }), 'script_unavailable');
  }
  const keeper = { createScriptURL: (/** @type {string} */ url) => url };
  const policy = page.trustedTypes?.createPolicy('unjank', keeper) ?? keeper;
  const worker = () => new page.Worker(policy.createScriptURL('/pkg/worker.js'), { type: 'module' });
  await works(page, { worker });
}

export async function nothing_depends_on_a_cache() {
  const { headers } = await fetch('/index.html?as=no-store');
  equal(headers.get('cache-control'), 'no-store', 'what the host says of caches');
  const page = await framed('no-store');
  await page.loaded;
  await works(page);
}

export async function wasm_of_any_content_type_will_do() {
  for (const type of ['text', 'octets', 'charset']) {
    const response = await fetch(`${WASM}?as=${type}`);
    check(response.headers.get('content-type') !== 'application/wasm', `${type} is another type`);
    /** @type {Unjank} */
    const glue = await import(`/pkg/unjank_faults.js?${type}`);
    await glue.default({ module_or_path: response });
    await alive(await glue.Pool.build({ workers: 1 }));
  }
}
