import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { assemble, text } from '../../../worker/js/test/modules.js';
import * as alike from './stories/alike.js';
import { hostOf } from './stories/host.js';
import * as threads from './stories/threads.js';

const CORE = process.env['UNJANK_CORE'] ?? fileURLToPath(new URL('../../../target/npm/unjank/core.wasm', import.meta.url));

/** A process that has not ended after so many milliseconds does not end. */
const HANGS = 60_000;

/** One kernel of it never ends. */
const BY_HAND = assemble(text({
  text: (all) => all.replace('(drop (call $deep (i32.const 0)))', '(loop $ever (br $ever))'),
}));

const host = await hostOf(CORE, BY_HAND);

for (const [name, story] of Object.entries({ ...alike, ...threads })) {
  if (name.includes('_')) test(`on threads: ${name.replaceAll('_', ' ')}`, () => story(/** @type {any} */ (host)));
}

/** An app that has the package installed. */
let app = '';

before(async () => {
  app = await mkdtemp(join(tmpdir(), 'unjank-app-'));
  await mkdir(join(app, 'node_modules'));
  await symlink(dirname(CORE), join(app, 'node_modules/unjank'));
  await writeFile(join(app, 'hand.wasm'), BY_HAND);
});
after(() => rm(app, { recursive: true }));

/** What pools of those processes have: nothing of it may hold one. */
const LONG = 'startTimeoutMs: 4294967295, idleTimeoutMs: 4294967295';

/**
 * Runs a script that has a pool, and says what it printed: it ended by itself, and well.
 *
 * @param {string} script
 * @param {string} [options] of the pool
 */
async function printed(script, options = LONG) {
  const path = join(app, 'app.mjs');
  await writeFile(path, `
    import { createPool } from 'unjank';
    const bytes = (length) => new Uint8Array(length).fill(7);
    const pool = await createPool({ kernels: new URL('./hand.wasm', import.meta.url), workers: 2, ${options} });
    ${script}
  `);
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [path], { encoding: 'utf8', timeout: HANGS });
  assert.deepEqual({ signal, status, stderr }, { signal: null, status: 0, stderr: '' });
  return stdout.trim();
}

test('a process ends once its pool is closed', async () => {
  assert.equal(await printed(`
    for (const length of [64, 1 << 20]) console.log((await pool.run('invert', undefined, bytes(length)))[0]);
    await pool.close();
    console.log(pool.stats().workers.every(({ state }) => state === 'vacant'));
  `), '248\n248\ntrue');
});

test('a pool that nobody closes holds no process', async () => {
  assert.equal(await printed(`
    pool.on('worker', () => {});
    const data = await pool.load(bytes(4 << 20), { stride: 64 });
    console.log((await data.run('invert', undefined))[0]);
  `), '248');
  assert.equal(await printed('console.log((await pool.run(\'invert\', undefined, bytes(64)))[0]);', 'workers: 0'), '248');
});

test('a pool that nobody has used holds none either', async () => {
  assert.equal(await printed(''), '');
});

test('work under way holds its process, whoever waits for it', async () => {
  assert.equal(await printed(`
    for (const length of [64, 1 << 20]) pool.run('invert', undefined, bytes(length)).then(([first]) => console.log(first));
    pool.mapChunks('invert', undefined, bytes(16 << 20), { stride: 64 }).gather().then(({ length }) => console.log(length));
  `).then((lines) => lines.split('\n').sort().join()), '16777216,248,248');
});

test('a kernel that never ends holds its process until its deadline', async () => {
  assert.equal(await printed(`
    pool.run('overflow', undefined, bytes(64), { deadlineMs: 100 }).catch(({ code }) => console.log(code));
  `), 'deadline_exceeded');
});

test('a pool that can not be had holds no process', async () => {
  assert.equal(await printed(`
    for (const options of [{ kernels: bytes(8) }, { worker: './none.js' }]) {
      await createPool({ kernels: new URL('./hand.wasm', import.meta.url), ...options }).catch(({ code }) => console.log(code));
    }
  `), 'bad_kernels\nscript_unavailable');
});
