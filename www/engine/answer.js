/**
 * The worker's side of `remote.js`: each question gets exactly one reply, an instruction one only when
 * it fails.
 */

import { describe } from './errors.js';

/**
 * @typedef {{ value?: unknown, transfer?: Transferable[] }} Answer
 * @typedef {{ id: number, kind: string, body: any }} Question
 * @typedef {{ id: number, value?: unknown, error?: { code: string, message: string } }} Reply
 */

/** The id of messages that want no reply. */
export const UNASKED = 0;

const scope = /** @type {WorkerScope} */ (/** @type {unknown} */ (globalThis));

/**
 * Posts something that no question asked for.
 * @param {unknown} note
 * @param {Transferable[]} transfer
 */
export function remark(note, transfer) {
  scope.postMessage({ note }, transfer);
}

/**
 * Answers the page's questions by kind. What a handler throws is the answer, too.
 * @param {Record<string, (body: any) => Answer | Promise<Answer> | void>} handlers
 */
export function answer(handlers) {
  scope.addEventListener('message', async ({ data }) => {
    const { id, kind, body } = /** @type {Question} */ (data);
    try {
      const handler = handlers[kind];
      if (handler === undefined) throw new Error(`nobody answers ${kind}`);
      const { value, transfer = [] } = (await handler(body)) ?? {};
      if (id !== UNASKED) scope.postMessage({ id, value }, transfer);
    } catch (error) {
      scope.postMessage({ id, error: describe(error) });
    }
  });
}
