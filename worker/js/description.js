import { Broken } from './broken.js';

/**
 * What a module says of its kernels, as far as it is needed to run them. `protocol/src/describe` reads all of it.
 *
 * @typedef {{ name: string | undefined, windowed: boolean, optional: boolean }} InputPort
 * @typedef {object} OutputPort
 * @property {string | undefined} name
 * @property {string | undefined} type of its elements; bytes if it is not said
 * @property {boolean} windowed
 * @property {number} unit bytes for each unit of the core, 0 for unknown
 * @property {number} inPlace the input that it may lie in, -1 for none
 * @typedef {object} Kernel
 * @property {string} name
 * @property {number} grain 0: none
 * @property {boolean} pure
 * @property {[number, number] | null} halo null: it depends on the params
 * @property {InputPort[]} inputs
 * @property {OutputPort[]} outputs
 *
 * @typedef {{ [key: string]: unknown }} Fields
 */

const MAX_DESCRIPTION = 65536;
const MAX_KERNELS = 256;
const MAX_NAME = 255;
/** Inputs of a kernel, and outputs. */
const MAX_PORTS = 8;

/** The version of the interface. */
const INTERFACE = 1;

/** Deeper than any description. */
const MAX_NESTING = 16;

/** The module keeps another version of the interface. */
export class OtherVersion extends Broken {}

/**
 * @param {Uint8Array} bytes CBOR
 * @returns {Kernel[]}
 */
export function readKernels(bytes) {
  if (bytes.length > MAX_DESCRIPTION) throw new Broken('its description is too long');
  const reader = new Reader(bytes);
  const { abi, needs, kernels } = fields(reader.item(0));
  if (!reader.ended) throw unreadable();
  const [major] = list(abi, null);
  if (major !== INTERFACE) throw new OtherVersion(`its description is of version ${major} of the interface`);
  const [need] = list(needs, []);
  if (need !== undefined) throw new Broken(`it needs ${need}, which no host has`);
  const read = list(kernels, null).map(kernelOf);
  if (read.length > MAX_KERNELS) throw unreadable();
  read.forEach(({ name }, index) => {
    if (read.findIndex((other) => other.name === name) !== index) throw new Broken(`it has two kernels called "${name}"`);
  });
  return read;
}

/**
 * @param {unknown} value
 * @returns {Kernel}
 */
function kernelOf(value) {
  const { name, grain, pure, halo, in: inputs, out: outputs } = fields(value);
  if (typeof name !== 'string' || !name || new TextEncoder().encode(name).length > MAX_NAME) throw unreadable();
  const inputPorts = list(inputs, [{}]).map((port) => {
    const { name, role, optional } = fields(port);
    return { name: text(name), windowed: role !== 'whole', optional: optional === true };
  });
  const outputPorts = list(outputs, [{}]).map((port) => {
    const { name, type, role, unit, in_place } = fields(port);
    return {
      name: text(name),
      type: text(type),
      windowed: role !== 'whole',
      unit: role === 'whole' ? 0 : number(unit, 0),
      inPlace: number(in_place ?? -1, -1),
    };
  });
  if (inputPorts.length > MAX_PORTS || outputPorts.length > MAX_PORTS) throw unreadable();
  if (outputPorts.some(({ inPlace }) => inPlace >= inputPorts.length)) {
    throw new Broken(`"${name}" has a result in place of an input that it has not`);
  }
  return {
    name,
    grain: number(grain, 0),
    pure: pure !== false,
    halo: halo === null ? null : pair(list(halo, [0, 0])),
    inputs: inputPorts,
    outputs: outputPorts,
  };
}

/**
 * @param {unknown[]} list
 * @returns {[number, number]}
 */
function pair([before, after]) {
  return [number(before, 0), number(after, 0)];
}

/** @param {unknown} value */
function fields(value) {
  if (typeof value !== 'object' || !value || Array.isArray(value)) throw unreadable();
  return /** @type {Fields} */ (value);
}

/**
 * @param {unknown} value
 * @param {unknown[] | null} otherwise
 */
function list(value, otherwise) {
  const items = value === undefined ? otherwise : value;
  if (!Array.isArray(items)) throw unreadable();
  return /** @type {unknown[]} */ (items);
}

/**
 * @param {unknown} value
 * @param {number} otherwise
 */
function number(value, otherwise) {
  if (value === undefined) return otherwise;
  if (typeof value !== 'number') throw unreadable();
  return value;
}

/** @param {unknown} value */
function text(value) {
  if (value !== undefined && typeof value !== 'string') throw unreadable();
  return value || undefined;
}

function unreadable() {
  return new Broken('its description cannot be read');
}

/** Reads CBOR of definite lengths. What it takes in time and memory is bounded by the bytes. */
class Reader {
  #bytes;
  #view;
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get ended() {
    return this.#at === this.#bytes.length;
  }

  /**
   * @param {number} depth
   * @returns {unknown}
   */
  item(depth) {
    if (depth > MAX_NESTING) throw unreadable();
    const head = this.#bytes[this.#skip(1)] ?? 0;
    const major = head >> 5;
    const detail = head & 31;
    if (detail > 27) throw unreadable();
    const count = detail < 24 ? detail : this.#count(detail);
    if (major === 0) return count;
    if (major === 1) return -1 - count;
    if (major === 2) return this.#part(count);
    if (major === 3) return new TextDecoder().decode(this.#part(count));
    if (major === 4) return this.#list(count, depth);
    if (major === 5) return this.#map(count, depth);
    if (major === 6) return this.item(depth + 1);
    return simple(detail);
  }

  /** @param {number} detail 24 to 27: one, two, four or eight bytes */
  #count(detail) {
    const at = this.#skip(1 << (detail - 24));
    if (detail === 24) return this.#view.getUint8(at);
    if (detail === 25) return this.#view.getUint16(at);
    if (detail === 26) return this.#view.getUint32(at);
    return Number(this.#view.getBigUint64(at));
  }

  /**
   * @param {number} count
   * @param {number} depth
   */
  #list(count, depth) {
    const items = [];
    for (let index = 0; index < count; index += 1) items.push(this.item(depth + 1));
    return items;
  }

  /**
   * @param {number} count
   * @param {number} depth
   */
  #map(count, depth) {
    const map = /** @type {Fields} */ (Object.create(null));
    for (let index = 0; index < count; index += 1) {
      const key = this.item(depth + 1);
      if (typeof key !== 'string' || key in map) throw unreadable();
      map[key] = this.item(depth + 1);
    }
    return map;
  }

  /** @param {number} length */
  #part(length) {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** @param {number} length */
  #skip(length) {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw unreadable();
    return at;
  }
}

/**
 * Floats have no place in what is read here, and are skipped like anything unknown.
 *
 * @param {number} detail
 */
function simple(detail) {
  if (detail === 20 || detail === 21) return detail === 21;
  return detail === 22 ? null : undefined;
}
