// What the pages check with, and what they work on.

export const width = 1024;
export const height = 1024;

/** Pixels of a picture of `width` times `height`, of noise. */
export function noise(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 4 * width * height }, (_, index) => Math.imul(index + 1, 2654435761) >>> 24);
}

/** As the kernel of the documents has it: all but every fourth byte. */
export function inverted(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => (index % 4 === 3 ? byte : ~byte));
}

/** What the kernel `exposure` makes. */
export function exposed(bytes: Uint8Array, times: number): Uint8Array {
  return bytes.map((byte, index) => (index % 4 === 3 ? byte : Math.min(255, byte * times)));
}

export function expectEqual(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  if (found.length !== expected.length) throw new Error(`expected ${expected.length} numbers, found ${found.length}`);
  for (let at = 0; at < found.length; at += 1) {
    if (found[at] !== expected[at]) throw new Error(`expected ${expected[at]} at ${at}, found ${found[at]}`);
  }
}

export function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected that ${what}`);
}

/** The error with which a promise is rejected. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(() => undefined, (error: unknown) => error);
  if (!(outcome instanceof Error)) throw new Error('expected that it fails');
  return outcome;
}
