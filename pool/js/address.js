/**
 * Where something is, if it can be said.
 *
 * @param {() => URL} find
 * @returns {string | undefined}
 */
export function hrefOf(find) {
  try {
    return find().href;
  } catch {
    return undefined;
  }
}
