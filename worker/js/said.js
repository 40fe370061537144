/**
 * How a worker that talks with the page ends a task: with the number of messages that it sent, since those come another
 * way. Before that stands what no kernel would make of a payload without a meaning.
 */

const MARK = [0x756e6a61, 0x6e6b6a6f];

/** @param {number} messages */
export function wordOf(messages) {
  return new Uint8Array(new Uint32Array([...MARK, messages]).buffer);
}

/**
 * @param {Uint8Array} word
 * @returns {number | undefined} none: it is another's
 */
export function messagesOf(word) {
  if (word.length !== 12) return undefined;
  const [first, second, messages] = new Uint32Array(word.slice().buffer);
  return first === MARK[0] && second === MARK[1] ? messages : undefined;
}
