// @ts-check
/// <reference path="./bytes.d.ts" />
// Answers a POST to `grayscale` with the picture that came, filtered.
import { createPool } from 'unjank';
import wasm from 'unjank/core.wasm';
import kernels from 'unjank-demo/kernels.wasm';

/**
 * @typedef {Event & { request: Request, respondWith(answer: Promise<Response>): void }} Asked
 * @typedef {Event & { waitUntil(ready: Promise<void>): void }} Activated
 * @typedef {{ skipWaiting(): Promise<void>, clients: { claim(): Promise<void> } }} ServiceWorkerScope
 */

const scope = /** @type {ServiceWorkerScope} */ (/** @type {unknown} */ (globalThis));

/** Kept for as long as the browser keeps the service worker. @type {ReturnType<typeof createPool> | undefined} */
let opening;

/** @param {Request} request */
async function filtered(request) {
  try {
    // A service worker can have no workers. It is none of a page's threads, so its kernels hold no page up.
    opening ??= createPool({ kernels, wasm, workers: 0 });
    const pool = await opening;
    return new Response(await pool.run('grayscale', {}, await request.arrayBuffer(), { stride: 4 }));
  } catch (error) {
    return new Response(String(error), { status: 500 });
  }
}

addEventListener('fetch', (event) => {
  const asked = /** @type {Asked} */ (event);
  if (asked.request.url.endsWith('/grayscale')) asked.respondWith(filtered(asked.request));
});
addEventListener('install', () => scope.skipWaiting());
addEventListener('activate', (event) => /** @type {Activated} */ (event).waitUntil(scope.clients.claim()));
