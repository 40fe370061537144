// @ts-check
// Parameters: what JavaScript says, and what a kernel in Rust reads.
import { alive, bytes, check, equal, rejects, sameBytes, settled } from '../expect.js';

/** @import { Pool, Unjank } from '../expect.js' */

/** What is read of a kind that is not told. @type {Record<string, string>} */
const DEFAULTS = {
  float: '0.0', double: '0.0', signed: '0', long: '0', flag: 'false', text: '""', bytes: '[]', list: '[]',
  maybe: 'None', map: '{}',
};

/**
 * What the kernel reads of some parameters, as Rust prints it.
 * @param {Pool} pool
 * @param {unknown} params
 */
async function read(pool, params) {
  return new TextDecoder().decode(await pool.run('read', params, bytes()));
}

/** @param {Record<string, string>} kinds as Rust prints those that are not as usual */
function printed(kinds) {
  const entries = Object.entries({ ...DEFAULTS, ...kinds });
  return `Kinds { ${entries.map((entry) => entry.join(': ')).join(', ')} }`;
}

/** @type {[unknown, Record<string, string>][]} */
const FITTING = [
  [{}, {}],
  [new Map(), {}],
  [{ float: 1 }, { float: '1.0' }],
  [{ float: 1.5 }, { float: '1.5' }],
  [{ float: -0 }, { float: '-0.0' }],
  [{ double: 0.1 }, { double: '0.1' }],
  [{ double: 2 ** 53 }, { double: '9007199254740992.0' }],
  [{ double: Infinity }, { double: 'inf' }],
  [{ double: NaN }, { double: 'NaN' }],
  [{ signed: -7 }, { signed: '-7' }],
  [{ signed: 3n }, { signed: '3' }],
  [{ long: 2n ** 64n - 1n }, { long: '18446744073709551615' }],
  [{ long: 2 ** 40 }, { long: '1099511627776' }],
  [{ flag: true }, { flag: 'true' }],
  [{ text: 'größer 𝄞' }, { text: '"größer 𝄞"' }],
  [{ bytes: Uint8Array.of(1, 2, 255) }, { bytes: '[1, 2, 255]' }],
  [{ bytes: [1, 2, 255] }, { bytes: '[1, 2, 255]' }],
  [{ bytes: Uint8Array.of(9, 1, 2, 9).subarray(1, 3) }, { bytes: '[1, 2]' }],
  [{ bytes: Uint16Array.of(0x201) }, { bytes: '[1, 2]' }],
  [{ list: [1, 2.5] }, { list: '[1.0, 2.5]' }],
  [{ maybe: undefined }, {}],
  [{ maybe: null }, {}],
  [{ maybe: 4 }, { maybe: 'Some(4)' }],
  [{ map: { a: 1 } }, { map: '{"a": 1}' }],
  [{ map: new Map([['a', 1]]) }, { map: '{"a": 1}' }],
  [{ double: new Date(1500) }, { double: '1500.0' }],
  [{ nobody: 'asks for this' }, {}],
];

/** @param {Unjank} unjank */
export async function what_fits_is_read({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const [params, kinds] of FITTING) {
    const expected = printed(kinds);
    equal(await read(pool, params), expected, 'what was read');
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function what_does_not_fit_is_the_jobs_error({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const misfits = [
    { float: 'one' }, { signed: 1.5 }, { signed: 2 ** 31 }, { long: -1 }, { flag: 1 }, { text: 7 },
    { bytes: [256] }, { maybe: -1 }, { map: [1] }, 7, 'text',
  ];
  for (const params of misfits) {
    for (const length of [64, 1 << 20]) {
      const error = await rejects(pool.run('read', params, bytes(length)), 'bad_params');
      check(error.message !== '', 'the error says why');
    }
  }
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function what_cannot_be_said_is_refused_at_the_call_with_its_path({ createPool }) {
  const pool = await createPool({ workers: 1 });
  const circle = { inner: [/** @type {unknown} */ (0)] };
  circle.inner[0] = circle;
  /** @type {[unknown, string][]} */
  const cases = [
    [{ a: [1, () => 2] }, 'a[1]'],
    [{ b: { c: Symbol('c') } }, 'b.c'],
    [circle, 'inner[0]'],
    [() => 1, 'function'],
    [{ d: 2n ** 64n }, 'd'],
  ];
  for (const [params, path] of cases) {
    for (const length of [64, 1 << 20]) {
      const sent = bytes(length);
      const error = await rejects(pool.run('read', params, sent), 'bad_params');
      check(error.message.includes(path), `${error.message} names ${path}`);
      equal(error.payload?.buffer, sent.buffer, 'the payload is the one that was given');
    }
  }
  equal(pool.stats().submitted, 0, 'jobs that were accepted');
  const shared = { text: 'twice' };
  equal(await read(pool, { map: {}, ...shared, again: [shared, shared] }), printed({ text: '"twice"' }), 'what was read');
  await alive(pool);
  settled(pool);
}

/** @param {Unjank} unjank */
export async function parameters_of_chunks_are_those_of_the_call({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const params = { start: 2 ** 32 - 1 };
  const source = bytes(1 << 20);
  const chunks = pool.mapChunks('panic', params, source, { stride: 1024, chunkUnits: 8 });
  params.start = 0;
  sameBytes(await chunks.gather(), source, 'what was gathered');
  settled(pool);
}
