// @ts-check
// Service workers: they can have no workers and import nothing later.
import { bytes, check, equal, sameBytes } from '../expect.js';

export async function a_service_worker_says_what_it_lacks_and_answers_by_a_kernel() {
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register('/workers/serves.js', { type: 'module' });
  try {
    const { without, here, echo } = await answered(registration);
    equal(without?.code, 'unsupported', 'what a pool comes to');
    check(without.message.includes('allow `workers: 0`'), `${without.message} says what to do`);
    equal(here?.code, 'part_unavailable', 'what one without workers comes to, where its parts are not in the script');
    check(/import.*or in it/i.test(here.message), `${here.message} says what to do`);
    sameBytes(Uint8Array.from(echo), bytes(64), 'the echo');
  } finally {
    await registration.unregister();
  }
}

/**
 * What it answers to a page of its scope.
 *
 * @param {ServiceWorkerRegistration} registration
 */
async function answered(registration) {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker?.state !== 'activated') {
    await new Promise((done, fail) => {
      worker?.addEventListener('statechange', () => {
        if (worker.state === 'activated') done(undefined);
        if (worker.state === 'redundant') fail(new Error('it does not install'));
      });
    });
  }
  const frame = document.createElement('iframe');
  frame.src = '/workers/answer';
  const shown = new Promise((done) => { frame.addEventListener('load', done); });
  document.body.append(frame);
  await shown;
  return JSON.parse(frame.contentDocument?.body.textContent ?? '');
}
