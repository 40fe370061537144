/**
 * What is so of pools whose workers are threads when a kernel never ends. Where nothing can end its thread it goes on, and
 * takes a core from whoever comes after.
 *
 * @import { Host } from './alike.js'
 */

import assert from 'node:assert/strict';

import { SIZES, inverted, noise, rejects } from './alike.js';

/** @param {Host} host */
export async function two_threads_compute_at_the_same_time({ open, byHand }) {
  const pool = await open({ kernels: byHand, workers: 2, minWorkers: 2 });
  for (const size of SIZES) {
    const stop = new AbortController();
    const endless = pool.run('overflow', undefined, noise(size), { signal: stop.signal });
    assert.deepEqual(await pool.run('invert', undefined, noise(size)), inverted(noise(size)));
    assert.equal(pool.stats().inFlight, 1);
    stop.abort(new Error('enough'));
    assert.equal((await rejects(endless, 'cancelled')).cause.message, 'enough');
  }
  await pool.close();
}

/** @param {Host} host */
export async function a_kernel_that_never_ends_ends_by_its_deadline({ open, byHand }) {
  const pool = await open({ kernels: byHand });
  for (const size of SIZES) {
    await rejects(pool.run('overflow', undefined, noise(size), { deadlineMs: 50 }), 'deadline_exceeded');
    assert.deepEqual(await pool.run('invert', undefined, noise(size)), inverted(noise(size)));
  }
  assert.equal(pool.stats().workers[0].generation, 2);
  await pool.close();
}
