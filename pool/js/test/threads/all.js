/**
 * All stories of pools whose workers are threads, in whatever runs this; what became of each is printed, a line of JSON
 * for each. Arguments: where the package's core is, and a module of `worker/js/test/modules.js`.
 */

import { readFile } from 'node:fs/promises';

import { STORIES, hostOf } from '../stories/host.js';

const [, , core = '', byHand = ''] = process.argv;
// Who waits for an idle pool stays.
const stay = setInterval(() => {}, 2 ** 31 - 1);
const host = await hostOf(core, Uint8Array.from(await readFile(byHand)));
for (const [name, story] of STORIES) {
  const began = performance.now();
  try {
    await story(host);
    console.log(JSON.stringify({ name, ms: Math.round(performance.now() - began) }));
  } catch (error) {
    console.log(JSON.stringify({ name, error: String(error?.stack ?? error) }));
  }
}
clearInterval(stay);
