import { Placing } from '../placing.js';

/**
 * @import { Parts } from '../values.js'
 * @import { Bytes, Desk } from '../placing.js'
 */

/**
 * A result in a buffer of the caller's, or in one without other bytes.
 *
 * @param {Parts} result
 * @param {Bytes | undefined} into for what has one part
 * @param {Desk} desk
 * @returns {Promise<Parts>}
 * @throws {UnjankError} `undeliverable`: it has no room there
 */
export async function fitted({ bytes, others = [] }, into, desk) {
  const placing = new Placing(desk);
  if (into) {
    const place = placing.place(bytes.length, into);
    await placing.put(place, 0, bytes);
    desk.engine.recycle(bytes.buffer);
    return { bytes: place, others };
  }
  const [first = bytes, ...further] = await Promise.all([bytes, ...others].map((part) => exact(placing, part)));
  return { bytes: first, others: further };
}

/**
 * @param {Placing} placing
 * @param {Bytes} bytes
 */
async function exact(placing, bytes) {
  const { buffer, byteOffset, length } = bytes;
  if (length === buffer.byteLength) return bytes;
  // It cuts off the rest without a copy, where engines have it.
  const { transfer } = /** @type {{ transfer?: (length: number) => ArrayBuffer }} */ (/** @type {unknown} */ (buffer));
  if (transfer && byteOffset === 0) return new Uint8Array(transfer.call(buffer, length));
  const whole = placing.place(length);
  await placing.put(whole, 0, bytes);
  return whole;
}
