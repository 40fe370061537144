// @ts-check
// Content security policies, trusted types and media types: they work, or say what to allow.
import { alive, bytes, check, endings, equal, framed, rejects, sameBytes } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

export async function a_page_that_allows_no_workers_is_told_so() {
  const page = await framed('no-workers');
  await page.loaded;
  const error = await rejects(page.unjank.createPool({ workers: 1 }), 'script_unavailable');
  check(error.message.includes('content security policy'), `${error.message} says what to allow`);
}

export async function a_page_that_allows_no_wasm_hears_it_from_the_pools_module() {
  const page = await framed('no-wasm');
  await rejects(page.unjank.createPool(), 'core_unavailable');
}

/** @param {Unjank} unjank */
export async function a_worker_whose_own_policy_allows_no_wasm_works_or_says_so({ createPool }) {
  const building = createPool({ workers: 1, worker: '/unjank/worker.js?as=no-wasm' });
  const [end] = await endings([building]);
  if (end?.status === 'fulfilled') return alive(end.value);
  // Most engines call it an error of the module, which it would be elsewhere.
  check(['init_failed', 'bad_kernels'].includes(end?.reason.code), `${end?.reason.code} is a failed start`);
}

export async function trusted_types_refuse_a_plain_address() {
  const page = await framed('trusted-types');
  await page.loaded;
  for (const worker of [undefined, '/unjank/worker.js']) {
    const { message } = await rejects(page.unjank.createPool({ workers: 1, worker }), 'script_unavailable');
    check(/worker\.js \(TypeError: .*(trusted|sink type)/i.test(message), `${message} says what the browser says`);
    check(message.includes('a TrustedScriptURL as `worker`'), `${message} says what to give`);
  }
  const pool = await page.unjank.createPool({ workers: 1, fallback: 'inline' });
  equal(pool.stats().inline, true, 'whether the page computes where it may');
  await alive(pool);
}

export async function trusted_types_take_an_address_of_the_pages_own_default_policy() {
  const page = await framed('trusted-default');
  await page.loaded;
  /** @type {string[]} */
  const asked = [];
  page.trustedTypes.createPolicy('default', {
    createScriptURL: (/** @type {string} */ url) => {
      asked.push(url);
      return url;
    },
  });
  await alive(await page.unjank.createPool({ workers: 1 }));
  equal(asked.join(), new URL('/unjank/worker.js', location.href).href, 'what its policy was asked for');
}

export async function workers_that_require_trusted_types_themselves_load_what_keeps_data() {
  const page = await framed('trusted-types');
  await page.loaded;
  const policy = page.trustedTypes.createPolicy('unjank', {
    createScriptURL: (/** @type {string} */ url) => url,
  });
  const worker = policy.createScriptURL('/unjank/worker.js?as=trusted-types');
  const pool = await page.unjank.createPool({ workers: 2, worker });
  const sent = bytes(1 << 20);
  const data = await pool.load(sent, { stride: 1 << 10 });
  sameBytes(await data.run('echo', {}), sent, 'what stayed in workers');
}

export async function trusted_types_take_an_address_of_a_policy_and_a_factory() {
  const page = await framed('trusted-types');
  await page.loaded;
  const policy = page.trustedTypes.createPolicy('unjank', {
    createScriptURL: (/** @type {string} */ url) => url,
  });
  const script = policy.createScriptURL(new URL('/unjank/worker.js', location.href).href);
  for (const worker of [script, () => new page.Worker(script, { type: 'module' })]) {
    await alive(await page.unjank.createPool({ workers: 1, worker }));
  }
  const nowhere = policy.createScriptURL(new URL('/nowhere.js', location.href).href);
  const error = await rejects(page.unjank.createPool({ workers: 1, worker: nowhere }), 'script_unavailable');
  check(error.message.includes('nowhere.js'), `${error.message} names it`);
}

export async function nothing_depends_on_a_cache() {
  const { headers } = await fetch('/index.html?as=no-store');
  equal(headers.get('cache-control'), 'no-store', 'what the host says of caches');
  const page = await framed('no-store');
  await page.loaded;
  await alive(await page.unjank.createPool({ workers: 1 }));
}

/** @param {Unjank} unjank */
export async function a_script_of_the_wrong_type_does_not_load({ createPool }) {
  const worker = '/unjank/worker.js?as=text';
  await rejects(createPool({ workers: 1, worker }), 'script_unavailable');
}

/** @param {Unjank} unjank */
export async function modules_of_the_wrong_type_load_all_the_same({ kernels }) {
  for (const type of ['octets', 'charset', 'text']) {
    const typed = `${kernels}?as=${type}`;
    const [core, module] = await Promise.all([fetch(`/unjank/core.wasm?as=${type}`), fetch(typed)]);
    for (const { headers } of [core, module]) {
      check(headers.get('content-type') !== 'application/wasm', `${type} is another type`);
    }
    // Another copy, which has loaded nothing.
    /** @type {import('../unjank/index.js')} */
    const unjank = await import(`/unjank/index.js?${type}`);
    for (const given of [typed, module]) {
      await alive(await unjank.createPool({ kernels: given, wasm: core, workers: 1 }));
    }
  }
}

/** @param {Unjank} unjank */
export async function a_script_on_another_host_is_refused({ createPool }) {
  const worker = new URL('/unjank/worker.js', location.href);
  worker.hostname = 'localhost';
  await rejects(createPool({ workers: 1, worker }), 'script_unavailable');
}
