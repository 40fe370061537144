import { makeError } from './errors.js';

/**
 * Results as their kernel has them: typed, and by name where there are several.
 *
 * @import { OutputPort } from '../../worker/js/description.js'
 * @import { Result } from './job.js'
 * @import { Chunk, Value, Values } from './types.d.ts'
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {Pick<Result, 'bytes' | 'others'>} Parts
 */

/**
 * Arrays by the type of their elements. Looked up once, and not at import.
 *
 * @type {{ [type: string]: any } | undefined}
 */
let classes;

/**
 * @param {OutputPort[]} outputs as the kernel describes them
 * @param {Parts} result
 * @returns {Values}
 * @throws {UnjankError} `broken_kernel`: a result is no whole number of its elements
 */
export function valuesOf(outputs, { bytes, others = [] }) {
  if (isBytes(outputs)) return bytes;
  const all = [bytes, ...others];
  const values = outputs.map(({ type }, index) => typed(type, /** @type {Bytes} */ (all[index])));
  if (values.length < 2) return values[0] ?? bytes;
  return Object.fromEntries(values.map((value, index) => [outputs[index]?.name ?? index, value]));
}

/**
 * @param {OutputPort[]} outputs
 * @param {Result} result
 * @returns {Chunk<Values>}
 */
export function chunkOf(outputs, { others, ...chunk }) {
  return { ...chunk, values: valuesOf(outputs, { bytes: chunk.bytes, others }) };
}

/**
 * Whether there is one output for the one place.
 *
 * @param {OutputPort[]} outputs
 */
export function expectOne({ length }) {
  if (length > 1) throw makeError('bad_option', { text: `the kernel has ${length} outputs, for which there is one place` });
}

/**
 * Whether there is but one output, of bytes, as most kernels have.
 *
 * @param {OutputPort[]} outputs
 */
function isBytes({ length, [0]: first }) {
  return length < 2 && (first?.type ?? 'u8') === 'u8';
}

/**
 * @param {string | undefined} type
 * @param {Bytes} bytes
 * @returns {Value}
 */
function typed(type = 'u8', bytes) {
  classes ??= {
    i8: Int8Array,
    u16: Uint16Array,
    i16: Int16Array,
    u32: Uint32Array,
    i32: Int32Array,
    u64: BigUint64Array,
    i64: BigInt64Array,
    f32: Float32Array,
    f64: Float64Array,
  };
  const Elements = classes[type];
  // Types that a later version has are bytes to this one.
  if (!Elements) return bytes;
  const size = Elements.BYTES_PER_ELEMENT;
  if (bytes.length % size) {
    throw makeError('broken_kernel', { text: `${bytes.length} bytes of result are no whole number of ${type}` });
  }
  const { buffer, byteOffset, length } = bytes.byteOffset % size ? bytes.slice() : bytes;
  return new Elements(buffer, byteOffset, length / size);
}
