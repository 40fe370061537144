/** The module broke the interface. What it was to compute is lost, and its instance with it. */
export class Broken extends Error {}

/**
 * @param {unknown} holds
 * @param {(string | number)[]} message what is wrong if it doesn't: put together only then
 */
export function expect(holds, ...message) {
  if (!holds) throw new Broken(message.join(''));
}
