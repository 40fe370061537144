import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { load } from '../kernels.js';
import { inspect } from '../later/inspection.js';
import { compiled } from '../modules.js';

/**
 * A module by its imports and exports, byte by byte.
 *
 * @param {{ imports?: [string, string, 'function' | 'memory'][], exports?: string[], memory?: boolean }} [parts]
 */
function module({ imports = [], exports = ['unjank_v1', 'unjank_reserve', 'unjank_run'], memory = true } = {}) {
  const text = (/** @type {string} */ name) => [name.length, ...new TextEncoder().encode(name)];
  const section = (/** @type {number} */ id, /** @type {number[][]} */ items) => {
    const body = [items.length, ...items.flat()];
    return [id, 0x80 | (body.length & 127), body.length >> 7, ...body];
  };
  const functions = imports.filter(([, , kind]) => kind === 'function').length;
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [[0x60, 0, 0]]),
    ...section(2, imports.map(([from, name, kind]) =>
      [...text(from), ...text(name), ...(kind === 'function' ? [0, 0] : [2, 0, 1])])),
    ...section(3, [[0]]),
    ...section(5, memory ? [[0, 1]] : []),
    ...section(7, [
      ...(memory ? [[...text('memory'), 2, 0]] : []),
      ...exports.map((name) => [...text(name), 0, functions]),
    ]),
    ...section(10, [[2, 0, 0x0b]]),
  ]);
}

/** @type {{ [path: string]: { status?: number, type?: string, body: string | Uint8Array, cut?: boolean } }} */
const PAGES = {
  '/good.wasm': { type: 'application/wasm', body: module() },
  '/typeless.wasm': { type: 'application/octet-stream', body: module() },
  '/missing.wasm': { status: 404, type: 'text/html', body: '<h1>404</h1>' },
  '/app.wasm': { type: 'text/html', body: '\n <!doctype html><title>My app</title>' },
  '/text.wasm': { type: 'text/plain', body: 'not found' },
  '/empty.wasm': { type: 'application/wasm', body: '' },
  '/truncated.wasm': { type: 'application/wasm', body: module().subarray(0, 40) },
  '/truncated.bin': { type: 'text/plain', body: module().subarray(0, 40) },
  '/broken-off.wasm': { type: 'application/wasm', body: module(), cut: true },
  '/broken-off.bin': { type: 'text/plain', body: module(), cut: true },
};

const server = createServer((request, response) => {
  const page = PAGES[request.url ?? ''];
  const body = Buffer.from(page?.body ?? '');
  const length = body.length + (page?.cut ? 10 : 0);
  response.writeHead(page?.status ?? 200, { 'content-type': page?.type, 'content-length': length });
  if (page?.cut) response.write(body, () => response.destroy());
  else response.end(body);
});

let origin = '';
before(() => new Promise((listening) => {
  server.listen(0, '127.0.0.1', () => {
    origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
    listening(undefined);
  });
}));
after(() => server.close());

/**
 * @param {unknown} kernels
 * @param {string} code
 * @param {RegExp} message
 */
const refuses = (kernels, code, message) =>
  assert.rejects(compiled(/** @type {any} */ (kernels)), (/** @type {any} */ error) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return error instanceof Error;
  });

test('kernels come from whatever an app has', async () => {
  const bytes = module();
  const compiled = new WebAssembly.Module(bytes);
  assert.equal(await load(compiled), compiled);
  for (const kernels of [
    `${origin}/good.wasm`, new URL('/good.wasm', origin), fetch(`${origin}/good.wasm`),
    await fetch(`${origin}/good.wasm`), bytes, bytes.buffer, new DataView(bytes.buffer),
  ]) {
    inspect(await load(kernels));
  }
});

test('a server that does not know the type of modules is good enough', async () => {
  inspect(await load(`${origin}/typeless.wasm`));
});

test('what is not there is unavailable, and where it was looked for is said', async () => {
  await refuses(`${origin}/missing.wasm`, 'kernels_unavailable', /missing\.wasm: status 404$/);
  await refuses(`${origin}/app.wasm`, 'kernels_unavailable', /app\.wasm is a page in HTML/);
  await refuses('http://127.0.0.1:1/x.wasm', 'kernels_unavailable', /127\.0\.0\.1:1\/x\.wasm could not be fetched/);
  await refuses(Promise.reject(new TypeError('offline')), 'kernels_unavailable', /offline/);
  await refuses(`${origin}/broken-off.wasm`, 'kernels_unavailable', /broke off/);
  await refuses(`${origin}/broken-off.bin`, 'kernels_unavailable', /broke off/);
});

test('a response that was read before is told from a broken one', async () => {
  const response = await fetch(`${origin}/good.wasm`);
  await response.arrayBuffer();
  await refuses(response, 'kernels_unavailable', /was read before/);
});

test('what is no module is bad', async () => {
  await refuses(`${origin}/text.wasm`, 'bad_kernels', /text\.wasm is no WebAssembly: 9 bytes/);
  await refuses(`${origin}/empty.wasm`, 'bad_kernels', /empty\.wasm/);
  await refuses(`${origin}/truncated.wasm`, 'bad_kernels', /no module that this engine can compile/);
  await refuses(`${origin}/truncated.bin`, 'bad_kernels', /no module that this engine can compile/);
  await refuses(new Uint8Array(3), 'bad_kernels', /the bytes given is no WebAssembly: 3 bytes/);
  for (const other of [undefined, null, 7, {}]) await refuses(other, 'bad_kernels', /kernels must be/);
});

test('if nothing better can be loaded, the engine has a word on it', async () => {
  for (const bytes of [new Uint8Array(3), new TextEncoder().encode('<!doctype html>')]) {
    await assert.rejects(load(bytes), { code: 'bad_kernels', message: /^the bytes given is no module .* compile: ./ });
  }
});

/** @param {Parameters<typeof module>[0]} parts */
const inspected = (parts) => inspect(new WebAssembly.Module(module(parts)));

/**
 * @param {Parameters<typeof module>[0]} parts
 * @param {string} code
 * @param {RegExp} message
 */
const finds = (parts, code, message) => assert.throws(() => inspected(parts), (/** @type {any} */ error) => {
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  assert.doesNotMatch(error.message, /\n/);
  return true;
});

test('each fault that shows without running has a line of its own', () => {
  const all = ['unjank_v1', 'unjank_reserve', 'unjank_run'];
  inspected({});
  inspected({ exports: [...all, '__heap_base', 'unjank_v2'] });
  finds({ exports: all.slice(1) }, 'bad_kernels', /exports no `unjank_v1`/);
  finds({ exports: ['unjank_v2', 'unjank_v3'] }, 'version_mismatch', /`unjank_v2`, `unjank_v3`.*version 1/);
  finds({ exports: all.slice(0, 2) }, 'bad_kernels', /`unjank_run`/);
  finds({ exports: [...all, '_start'] }, 'bad_kernels', /a command, not a library/);
  finds({ memory: false }, 'bad_kernels', /exports no `memory`/);
});

test('what no host has is named in full, with a hint', () => {
  const imports = (/** @type {string} */ from, /** @type {string} */ name, kind = 'function') =>
    ({ imports: /** @type {any} */ ([[from, name, kind]]), memory: kind !== 'memory' });
  inspected(imports('unjank', 'log'));
  inspected(imports('wasi_snapshot_preview1', 'fd_write'));
  finds(imports('env', 'memory', 'memory'), 'bad_kernels', /`env\.memory`.*exports its memory instead/);
  finds(imports('wbg', '__wbg_now_12'), 'bad_kernels', /`wbg\.__wbg_now_12`.*made for wasm-bindgen/);
  finds(imports('__wbindgen_placeholder__', 'x'), 'bad_kernels', /made for wasm-bindgen/);
  finds(imports('unjank', 'sleep'), 'bad_kernels', /`unjank\.sleep`.*newer host/);
  finds(imports('unjank', 'toString'), 'bad_kernels', /`unjank\.toString`/);
  finds(imports('toString', 'call'), 'bad_kernels', /`toString\.call`/);
  finds(imports('wasi_snapshot_preview1', 'path_open'), 'bad_kernels', /more of WASI/);
  finds(imports('env', 'puts'), 'bad_kernels', /linker did not find/);
});
