/**
 * Payloads: what counts as bytes, and what is still there of it.
 *
 * @import { Payload } from './types.js'
 */
import { inspected, makeError, tagOf } from './errors.js';

/**
 * What engines know of buffers beyond TypeScript's library.
 *
 * @typedef {ArrayBuffer & { resizable?: boolean, detached?: boolean }} AnyBuffer
 */

/** In bytes: they are counted in 32 bits everywhere. */
const MOST_OF_A_PAYLOAD = 0xffff_ffff;

/**
 * Asks any realm's buffer for its length, and throws for anything else. Looked up once, and not at import.
 *
 * @type {(() => number) | undefined}
 */
let askLength;

/**
 * The bytes of a buffer or of a view of one; a plain `Uint8Array` is given back as it is.
 *
 * @param {Payload} payload or anything else
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {UnjankError} if it is no such thing, or cannot be sent
 */
export function bytesOf(payload) {
  if (isImage(payload)) return bytesOf(payload.data);
  const isView = ArrayBuffer.isView(payload);
  const buffer = /** @type {AnyBuffer} */ (isView ? payload.buffer : payload);
  const length = lengthOf(buffer, payload);
  if (length === 0 && isGone(buffer)) throw makeError('detached');
  if (buffer.resizable) throw makeError('resizable_buffer');
  const bytes = isView ? payload.byteLength : length;
  if (bytes > MOST_OF_A_PAYLOAD) throw makeError('payload_too_large');
  if (!isView) return new Uint8Array(buffer);
  // Classes derived from it, and those of other frames, may have methods that do something else.
  const isPlain = Object.getPrototypeOf(payload) === Uint8Array.prototype;
  return isPlain ? /** @type {Uint8Array<ArrayBuffer>} */ (payload) : new Uint8Array(buffer, payload.byteOffset, bytes);
}

/**
 * By its tag: not every host has images, and those of other frames count too.
 *
 * @param {Payload} payload
 * @returns {payload is ImageData}
 */
function isImage(payload) {
  return !(payload instanceof Uint8Array) && tagOf(payload) === 'ImageData';
}

/**
 * Whether a view's buffer has no other bytes.
 *
 * @param {Uint8Array<ArrayBuffer>} view
 */
export function isWhole(view) {
  return view.byteLength === view.buffer.byteLength;
}

/**
 * Whether a view's bytes are gone by now, because somebody transferred them.
 *
 * @param {Uint8Array<ArrayBuffer>} view
 */
export function isDetached(view) {
  return view.byteLength === 0 && isGone(view.buffer);
}

/**
 * @param {ArrayBuffer} buffer
 * @param {unknown} payload
 * @returns {number}
 */
function lengthOf(buffer, payload) {
  askLength ??= Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get;
  try {
    return /** @type {() => number} */ (askLength).call(buffer);
  } catch {
    // By the tag and not by the class: pages without cross-origin isolation lack its name.
    const isShared = tagOf(buffer) === 'SharedArrayBuffer';
    throw isShared ? makeError('shared_buffer') : makeError('not_a_buffer', { value: inspected(payload) });
  }
}

/**
 * Whether a buffer without bytes had some before.
 *
 * @param {AnyBuffer} buffer
 */
function isGone(buffer) {
  if (buffer.detached !== undefined) return buffer.detached;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
