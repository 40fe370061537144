// @ts-check
// Chance from a seed, so that every run works on the same bytes.

/** Mixes the bits of a whole number of 32 bits: nearby ones come out far apart. */
/** @param {number} number */
export function mix(number) {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * @param {number} length
 * @param {number} seed
 */
export function bytes(length, seed) {
  const filled = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) filled[index] = mix(seed + index);
  return filled;
}
