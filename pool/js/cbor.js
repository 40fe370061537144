/**
 * Params in CBOR (RFC 8949), from values of JavaScript.
 *
 * | value | form |
 * |---|---|
 * | number | a whole number of up to 53 bits as an integer; any other, and -0, as the shortest float that reads back equal |
 * | bigint | an integer, from -2^63 to 2^64 - 1 |
 * | string | text; one with half of a surrogate pair is refused, because it has no UTF-8 |
 * | boolean, `null`, `undefined` | themselves |
 * | array | an array; a hole is `undefined` |
 * | plain object | a map with its own enumerable text keys; properties that are `undefined` are left out |
 * | `Map` | a map, keys of any kind |
 * | `Date` | its milliseconds since 1970, as a number |
 * | typed array, `DataView`, `ArrayBuffer` | a byte string: the bytes as they stand in memory |
 *
 * Everything else is refused, instances of classes among them: what they hold is not seen from outside.
 * So are values within themselves, more than 64 levels, and more than 16 MiB: large things are inputs.
 */

const MAX_DEPTH = 64;
const MAX_BYTES = 16 << 20;

/** Major types. */
const POSITIVE = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const UNDEFINED = 0xf7;
const HALF = 0xf9;
const SINGLE = 0xfa;
const DOUBLE = 0xfb;

/** Of floats in half precision. */
const INFINITE = 0x7c00;
const NOT_A_NUMBER = 0x7e00;
const SIGN = 0x8000;

/** What a writer that is kept may hold, in bytes. */
const MOST_KEPT = 4096;

/** One that nobody uses. @type {Writer | undefined} */
let spare;

/**
 * Where a value stands: a list from it to the outermost.
 *
 * @typedef {object} Place
 * @property {string} name as in a program: `.a`, `[1]`
 * @property {object} value
 * @property {Place | null} within
 * @property {number} depth
 */

/**
 * The bytes of a value.
 *
 * @param {unknown} value
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {Error} names the path to what cannot be encoded: `params.a[1]: a function has no form in CBOR`
 *
 * @example
 * encode({ sigma: 1.5 }); // a1 65 7369676d61 f9 3e00
 */
export function encode(value) {
  // A getter of the value may encode another.
  const writer = spare ?? new Writer();
  spare = undefined;
  write(writer, value, 'params', null);
  const bytes = writer.finish();
  if (writer.isShort) spare = writer;
  return bytes;
}

/**
 * @param {Writer} writer
 * @param {unknown} value
 * @param {string} name
 * @param {Place | null} within
 */
function write(writer, value, name, within) {
  if (typeof value === 'number') writer.number(value);
  else if (typeof value === 'string') writeText(writer, value, name, within);
  else if (typeof value === 'boolean') writer.byte(value ? TRUE : FALSE);
  else if (value === undefined) writer.byte(UNDEFINED);
  else if (value === null) writer.byte(NULL);
  else if (typeof value === 'bigint') writeBig(writer, value, name, within);
  else if (typeof value === 'object') writeObject(writer, value, name, within);
  else throw unencodable(`a ${typeof value} has no form in CBOR`, name, within);
  expectRoom(writer.length, name, within);
}

/**
 * @param {Writer} writer
 * @param {string} text
 * @param {string} name
 * @param {Place | null} within
 */
function writeText(writer, text, name, within) {
  // With this flag a whole pair is one letter, so that only halves are surrogates.
  if (/\p{Surrogate}/u.test(text)) throw unencodable('text with half of a surrogate pair', name, within);
  // Before it is encoded, which takes three times as much.
  expectRoom(text.length, name, within);
  writer.bytes(new TextEncoder().encode(text), TEXT);
}

/**
 * @param {Writer} writer
 * @param {bigint} value
 * @param {string} name
 * @param {Place | null} within
 */
function writeBig(writer, value, name, within) {
  const isNegative = value < 0n;
  if (BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) !== value) {
    throw unencodable('a bigint must fit 64 bits', name, within);
  }
  writer.head(isNegative ? NEGATIVE : POSITIVE, isNegative ? -1n - value : value);
}

/**
 * @param {Writer} writer
 * @param {object} value
 * @param {string} name
 * @param {Place | null} within
 */
function writeObject(writer, value, name, within) {
  const bytes = binaryOf(value);
  if (bytes === 'detached') throw unencodable('its buffer was transferred away', name, within);
  if (bytes) {
    expectRoom(bytes.length, name, within);
    return writer.bytes(bytes);
  }
  if (value instanceof Date) return writer.number(value.getTime());
  const place = enter(value, name, within);
  if (Array.isArray(value)) writeArray(writer, value, place);
  else if (value instanceof Map) writeMap(writer, value, place);
  else if (isPlain(value)) writeFields(writer, value, place);
  else throw unencodable(`${nameOf(value)} has no form in CBOR: give a plain object`, name, within);
}

/**
 * @param {Writer} writer
 * @param {unknown[]} items
 * @param {Place} place
 */
function writeArray(writer, items, place) {
  const { length } = items;
  writer.head(ARRAY, length);
  for (let index = 0; index < length; index += 1) write(writer, items[index], `[${index}]`, place);
}

/**
 * @param {Writer} writer
 * @param {Map<unknown, unknown>} map
 * @param {Place} place
 */
function writeMap(writer, map, place) {
  // A getter further down may change it.
  const entries = [...map];
  writer.head(MAP, entries.length);
  entries.forEach(([key, value], index) => {
    write(writer, key, `.keys[${index}]`, place);
    write(writer, value, typeof key === 'string' ? `.get(${JSON.stringify(key)})` : `.values[${index}]`, place);
  });
}

/**
 * @param {Writer} writer
 * @param {object} object
 * @param {Place} place
 */
function writeFields(writer, object, place) {
  const fields = Object.keys(object)
    .map((key) => [key, /** @type {{ [key: string]: unknown }} */ (object)[key]])
    .filter(([, value]) => value !== undefined);
  writer.head(MAP, fields.length);
  for (const [key, value] of /** @type {[string, unknown][]} */ (fields)) {
    const name = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    writeText(writer, key, name, place);
    write(writer, value, name, place);
  }
}

/**
 * @param {object} value
 * @returns {Uint8Array | 'detached' | undefined} undefined: it is no bytes
 */
function binaryOf(value) {
  const isView = ArrayBuffer.isView(value);
  if (!isView && !(value instanceof ArrayBuffer)) return undefined;
  try {
    return isView ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
  } catch {
    return 'detached';
  }
}

/**
 * Whether it is an object as literals make it, whichever window it is from.
 *
 * @param {object} value
 */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @param {object} value */
function nameOf(value) {
  const { constructor } = value;
  const name = typeof constructor === 'function' ? constructor.name : '';
  return name ? `an instance of ${name}` : 'an object without a class';
}

/**
 * @param {object} value
 * @param {string} name
 * @param {Place | null} within
 * @returns {Place}
 */
function enter(value, name, within) {
  for (let outer = within; outer; outer = outer.within) {
    if (outer.value === value) throw unencodable(`it is ${path(outer.name, outer.within)} again`, name, within);
  }
  const depth = within ? within.depth + 1 : 1;
  if (depth > MAX_DEPTH) throw unencodable(`more than ${MAX_DEPTH} levels`, name, within);
  return { name, value, within, depth };
}

/**
 * @param {number} bytes
 * @param {string} name
 * @param {Place | null} within
 */
function expectRoom(bytes, name, within) {
  if (bytes > MAX_BYTES) throw unencodable('params have at most 16 MiB: give what is large as an input', name, within);
}

/**
 * @param {string} name
 * @param {Place | null} within
 * @returns {string}
 */
function path(name, within) {
  return within ? path(within.name, within.within) + name : name;
}

/**
 * @param {string} why
 * @param {string} name
 * @param {Place | null} within
 */
function unencodable(why, name, within) {
  return new Error(`${path(name, within)}: ${why}`);
}

/** Bytes that grow. */
class Writer {
  length = 0;
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);

  /** Only the bytes that were written; and begins anew. */
  finish() {
    const { length } = this;
    this.length = 0;
    return this.#bytes.slice(0, length);
  }

  get isShort() {
    return this.#bytes.length <= MOST_KEPT;
  }

  /** @param {number} byte */
  byte(byte) {
    const at = this.#room(1);
    this.#bytes[at] = byte;
  }

  /**
   * The shortest head that says so much.
   *
   * @param {number} major
   * @param {number | bigint} count
   */
  head(major, count) {
    const type = major << 5;
    if (count < 24) return this.byte(type | Number(count));
    if (count < 0x100) return this.#number(type | 24, 'setUint8', Number(count));
    if (count < 0x1_0000) return this.#number(type | 25, 'setUint16', Number(count));
    if (count < 0x1_0000_0000) return this.#number(type | 26, 'setUint32', Number(count));
    this.#number(type | 27, 'setBigUint64', BigInt(count));
  }

  /** @param {number} value */
  number(value) {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      return value < 0 ? this.head(NEGATIVE, -1 - value) : this.head(POSITIVE, value);
    }
    const half = halfOf(value);
    if (half !== undefined) return this.#number(HALF, 'setUint16', half);
    if (Math.fround(value) === value) return this.#number(SINGLE, 'setFloat32', value);
    this.#number(DOUBLE, 'setFloat64', value);
  }

  /** @param {Uint8Array} bytes @param {number} [major] */
  bytes(bytes, major = BYTES) {
    this.head(major, bytes.length);
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /**
   * @param {number} head whose last two bits say how long the number behind it is
   * @param {'setUint8' | 'setUint16' | 'setUint32' | 'setBigUint64' | 'setFloat32' | 'setFloat64'} method of a view
   * @param {number | bigint} number
   */
  #number(head, method, number) {
    this.byte(head);
    const at = this.#room(1 << (head & 3));
    this.#view[method](at, /** @type {never} */ (number));
  }

  /**
   * @param {number} length
   * @returns {number} where so many bytes have room
   */
  #room(length) {
    const at = this.length;
    this.length += length;
    if (this.length > this.#bytes.length) {
      const longer = new Uint8Array(2 * this.length);
      longer.set(this.#bytes);
      this.#bytes = longer;
      this.#view = new DataView(longer.buffer);
    }
    return at;
  }
}

/**
 * The 16 bits of the same number in half precision.
 *
 * @param {number} value
 * @returns {number | undefined} undefined: it needs more
 */
function halfOf(value) {
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  const sign = value < 0 || Object.is(value, -0) ? SIGN : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign + INFINITE;
  // Below the normal numbers the steps between them stay as they are.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = size / 2 ** (exponent - 10);
  // If a logarithm falls short of a whole number, there are twice the steps, which makes the same bits.
  const bits = steps + (exponent + 14) * 1024;
  return Number.isInteger(steps) && bits < INFINITE ? sign + bits : undefined;
}
