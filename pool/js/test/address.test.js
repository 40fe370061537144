import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { hrefOf } from '../address.js';

test('an address is known or is not', () => {
  assert.equal(hrefOf(() => new URL('./b.js', 'https://a.test/a.js')), 'https://a.test/b.js');
  assert.equal(hrefOf(() => new URL('./b.js', undefined)), undefined);
});

test('where nothing lies beside the script the core is unavailable, by its code', async () => {
  const here = new URL('../core.js', import.meta.url);
  const source = (await readFile(here, 'utf8')).replace(/ from '(.+)'/g, (_, name) => ` from '${new URL(name, here)}'`);
  // A module whose address nothing can be found by, as a classic script has none.
  const { loadCore } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  await assert.rejects(async () => loadCore(undefined), { code: 'core_unavailable', message: /Invalid URL.*say where it is with `wasm`/ });
});
