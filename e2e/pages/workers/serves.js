// A service worker as a module: answers whoever opens a page in its scope by what it came to.
import { bytes } from '../expect.js';
import { instantiate } from '../unjank/alone.js';
import { createPool } from '../unjank/index.js';

/** @typedef {Event & { respondWith(answer: Promise<Response>): void }} Asked */

const kernels = new URL('../pkg/kernels.wasm', import.meta.url);

async function answer() {
  const said = (/** @type {{ code: string, message: string }} */ { code, message }) => ({ code, message });
  const fails = (/** @type {object} */ options) => createPool({ kernels, ...options }).then(() => undefined, said);
  const alone = instantiate(await WebAssembly.compileStreaming(fetch(kernels)));
  const echo = [...alone.run('echo', {}, bytes(64), 1)];
  return new Response(JSON.stringify({ without: await fails({}), here: await fails({ workers: 0 }), echo }));
}

addEventListener('fetch', (event) => {
  const asked = /** @type {Asked} */ (event);
  asked.respondWith(answer());
});
