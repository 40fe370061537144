/** Things that go wrong on purpose: the named error that comes back, and whether the pool still works. */

import { describe } from '../engine/errors.js';
import { milliseconds } from './format.js';
import { element, make } from './page.js';

/** @import { Demo } from '../demo.js' */

/**
 * @typedef {object} Breaker
 * @property {string} label
 * @property {(demo: Demo) => Promise<unknown>} attempt
 */

const SLOW = { filter: 'gaussian_blur', params: { sigma: 20 } };

/** @type {Breaker[]} */
const BREAKERS = [
  { label: 'Cancel halfway', attempt: cancelHalfway },
  { label: 'Bad params', attempt: (demo) => demo.run({ filter: 'gaussian_blur', params: { sigma: -1 } }) },
  { label: 'Unknown kernel', attempt: (demo) => demo.run({ filter: 'no_such_kernel' }) },
  { label: 'Deadline of 1 ms', attempt: (demo) => demo.run({ ...SLOW, deadlineMs: 1 }) },
];

/** @param {Demo} demo */
function cancelHalfway(demo) {
  const forget = demo.stepped.listen(({ done, total }) => {
    if (done >= total / 2) demo.cancel();
  });
  return demo.run(SLOW).finally(forget);
}

/**
 * @param {Breaker} breaker
 * @param {Demo} demo
 * @returns {Promise<string>} the name of the error that came back
 */
async function nameOfFailure({ attempt }, demo) {
  try {
    await attempt(demo);
    return 'no error: it ended before it could go wrong';
  } catch (error) {
    const { code, message } = describe(error);
    return `${code}: ${message}`;
  }
}

/** @param {Demo} demo */
async function stillWorks(demo) {
  const startedAt = performance.now();
  try {
    await demo.prove();
    return `The pool still works: a small job took ${milliseconds(performance.now() - startedAt)}.`;
  } catch (error) {
    const { code, message } = describe(error);
    return `The pool does not work: ${code}: ${message}.`;
  }
}

/**
 * @param {Breaker} breaker
 * @param {Demo} demo
 */
async function report(breaker, demo) {
  const entry = make('li', 'outcome');
  entry.append(make('strong', '', breaker.label), make('code', '', await nameOfFailure(breaker, demo)));
  entry.append(make('span', '', await stillWorks(demo)));
  element('outcomes', HTMLElement).prepend(entry);
}

/**
 * @param {Demo} demo
 */
export function offerBreakage(demo) {
  const buttons = BREAKERS.map((breaker) => {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', textContent: breaker.label });
    button.addEventListener('click', async () => {
      for (const each of buttons) each.disabled = true;
      await report(breaker, demo);
      for (const each of buttons) each.disabled = false;
      button.focus();
    });
    return button;
  });
  element('breakers', HTMLElement).replaceChildren(...buttons);
}
