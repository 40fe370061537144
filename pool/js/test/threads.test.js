import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { assemble, text } from '../../../worker/js/test/modules.js';
import { runtimes } from './hosts.js';
import * as alike from './stories/alike.js';
import { STORIES, hostOf } from './stories/host.js';

const CORE = process.env['UNJANK_CORE'] ?? fileURLToPath(new URL('../../../target/npm/unjank/core.wasm', import.meta.url));
const ALL = fileURLToPath(new URL('./threads/all.js', import.meta.url));

/** What has not ended after so many milliseconds does not end. */
const HANGS = 300_000;

/** One kernel of it never ends. */
const BY_HAND = assemble(text({
  text: (all) => all.replace('(drop (call $deep (i32.const 0)))', '(loop $ever (br $ever))'),
}));

/** What pools of processes have: nothing of it may hold one. */
const LONG = 'startTimeoutMs: 4294967295, idleTimeoutMs: 4294967295';

/** An app that has the package installed. */
let app = '';

/** Who waits for an idle pool stays. @type {ReturnType<typeof setInterval>} */
let stay;

before(async () => {
  stay = setInterval(() => {}, HANGS);
  app = await mkdtemp(join(tmpdir(), 'unjank-app-'));
  await mkdir(join(app, 'node_modules'));
  await symlink(dirname(CORE), join(app, 'node_modules/unjank'));
  await writeFile(join(app, 'package.json'), '{ "private": true, "dependencies": { "unjank": "*" } }');
  await writeFile(join(app, 'hand.wasm'), BY_HAND);
});
after(async () => {
  clearInterval(stay);
  await rm(app, { recursive: true });
});

/** Runs a script, and says what it printed: it ended by itself, and well. @param {string[]} command */
function said(command) {
  const [program = '', ...words] = command;
  const { signal, status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: HANGS });
  assert.deepEqual({ signal, status }, { signal: null, status: 0 }, stderr);
  return stdout.trim().split('\n');
}

const host = await hostOf(CORE, BY_HAND);
for (const [name, story] of STORIES) {
  test(`on threads: ${name.replaceAll('_', ' ')}`, { timeout: HANGS }, () => /** @type {any} */ (story)(host));
}

test('on threads: one whose kernel is late is ended, where that can be', { timeout: HANGS }, async () => {
  /** @type {Promise<unknown>[]} */
  const exits = [];
  const worker = () => {
    const made = new Worker(host.scope);
    exits.push(once(made, 'exit'));
    return made;
  };
  const pool = await host.open({ kernels: BY_HAND, worker });
  await alike.rejects(pool.run('overflow', undefined, alike.noise(64), { deadlineMs: 50 }), 'deadline_exceeded');
  await exits[0];
  await pool.close();
  await Promise.all(exits);
});

/** Scripts of processes that have a pool, by what is so of them, and what they print. @type {[string, string, string[]][]} */
const PROCESSES = [
  ['a process ends once its pool is closed', `
    for (const length of [64, 1 << 20]) console.log((await pool.run('invert', undefined, bytes(length)))[0]);
    await pool.close();
    console.log(pool.stats().workers.every(({ state }) => state === 'vacant'));
  `, ['248', '248', 'true']],
  ['a pool that nobody closes holds no process', `
    pool.on('worker', () => {});
    const data = await pool.load(bytes(4 << 20), { stride: 64 });
    console.log((await data.run('invert', undefined))[0]);
    const inline = await createPool({ kernels, workers: 0 });
    console.log((await inline.run('invert', undefined, bytes(1 << 20)))[0]);
  `, ['248', '248']],
  ['a pool that nobody has used holds none either', '', ['']],
  ['work under way holds its process, whoever waits for it', `
    for (const length of [64, 1 << 20]) pool.run('invert', undefined, bytes(length)).then(([first]) => tell(first));
    pool.mapChunks('invert', undefined, bytes(16 << 20), { stride: 64 }).gather().then(({ length }) => tell(length));
    const told = [];
    const tell = (what) => told.push(what) === 3 && console.log(told.sort().join());
  `, ['16777216,248,248']],
  ['a kernel that never ends holds its process until its deadline', `
    pool.run('overflow', undefined, bytes(64), { deadlineMs: 100 }).catch(({ code }) => console.log(code));
  `, ['deadline_exceeded']],
  ['a pool that can not be had holds no process', `
    for (const options of [{ kernels: bytes(8) }, { kernels, worker: './none.js' }]) {
      await createPool(options).catch(({ code }) => console.log(code));
    }
  `, ['bad_kernels', 'script_unavailable']],
];

for (const { name: runtime, command } of runtimes()) {
  if (runtime !== 'Node.js') {
    test(`the same in ${runtime}`, async (context) => {
      const outcomes = said([...command, ALL, CORE, join(app, 'hand.wasm')]).map((line) => JSON.parse(line));
      for (const [name] of STORIES) {
        await context.test(name.replaceAll('_', ' '), () => {
          const outcome = outcomes.find((one) => one.name === name);
          assert.equal(outcome?.error ?? outcome, outcome);
        });
      }
    });
  }
  for (const [name, script, printed] of PROCESSES) {
    test(`in ${runtime} ${name}`, async () => {
      const path = join(app, 'app.mjs');
      await writeFile(path, `
        import { createPool } from 'unjank';
        const bytes = (length) => new Uint8Array(length).fill(7);
        const kernels = new URL('./hand.wasm', import.meta.url);
        const pool = await createPool({ kernels, workers: 2, ${LONG} });
        ${script}
      `);
      assert.deepEqual(said([...command, path]), printed);
    });
  }
}
