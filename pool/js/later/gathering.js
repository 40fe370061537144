import { Readers } from '../../../worker/js/readers.js';
import { Placing } from '../placing.js';

/**
 * @import { Result } from '../job.js'
 * @import { Bytes, Desk } from '../placing.js'
 * @import { Results } from '../results.js'
 * @import { Parts } from '../values.js'
 *
 * @typedef {object} Source what was cut
 * @property {Bytes | undefined} bytes none of a range
 * @property {number} [first] of its units, if it is not 0
 * @property {number} units
 * @property {number} stride bytes of a unit
 * @property {number} halo units of context on either side of a chunk
 *
 * @typedef {object} Whole what the results of an output make
 * @property {Bytes} bytes
 * @property {number} stride bytes for a unit of the source
 */

/**
 * All results of each output, from where they are taken.
 *
 * @param {Results} results
 * @param {Source} source
 * @param {number} total chunks
 * @param {Bytes | undefined} into
 * @param {Desk} desk
 * @returns {Promise<Parts>}
 * @throws {UnjankError} `uneven`, `undeliverable`; `cancelled`: they were left before all had come
 */
export async function gathered(results, source, total, into, desk) {
  const gathering = new Gathering(source, total, into, desk);
  for (let step; !(step = await results.take()).done;) await gathering.take(step.value);
  if (results.done < total) throw desk.makeError('cancelled');
  return gathering.parts;
}

/**
 * Puts results together, in buffers of their own, in one of the caller's or in the place of the source. There a result
 * waits until no unanswered chunk needs what stands in its place: until then a worker may die, and that part be copied
 * once more.
 */
class Gathering {
  #desk;
  #source;
  #total;
  /** Where the first output goes, if that was said. */
  #into;
  #placing;
  /** One for each output, once the first result has come. @type {Whole[]} */
  #wholes = [];
  /** Of the source's parts, once the first result has come. @type {Readers | undefined} */
  #readers;
  /** Results that wait, by chunk. @type {Map<number, Result>} */
  #waiting = new Map();

  /**
   * @param {Source} source
   * @param {number} total chunks
   * @param {Bytes | undefined} into
   * @param {Desk} desk
   */
  constructor(source, total, into, desk) {
    this.#desk = desk;
    this.#placing = new Placing(desk);
    this.#source = source;
    this.#total = total;
    this.#into = into;
  }

  /** All results of each output, once all were taken. */
  get parts() {
    const [bytes = new Uint8Array(), ...others] = this.#wholes.map((whole) => whole.bytes);
    return { bytes, others };
  }

  /**
   * Puts a result where it belongs, or aside; and those that only waited for its chunk.
   *
   * @param {Result} result
   */
  async take(result) {
    const readers = this.#readers ??= this.#begin(result);
    const isEven = partsOf(result).every(({ length }, output) => length === this.#whole(output).stride * result.units);
    if (!isEven) {
      throw new this.#desk.UnjankError('uneven', "the chunks' results are of unequal size: take them one by one");
    }
    this.#waiting.set(result.index, result);
    for (const index of readers.answer(result.index)) {
      const waiting = /** @type {Result} */ (this.#waiting.get(index));
      this.#waiting.delete(index);
      await this.#place(waiting);
    }
  }

  /** Judges all by the first that came. @param {Result} first */
  #begin(first) {
    const { index, start, units } = first;
    const { bytes, halo, stride } = this.#source;
    const isInPlace = !!bytes && this.#into === bytes;
    this.#wholes = partsOf(first).map((part, output) =>
      this.#wholeOf(isInPlace ? stride : Math.floor(part.length / (units || 1)), output));
    // All chunks but the last are as long.
    return new Readers(this.#total, isInPlace ? Math.ceil(halo / ((index ? start / index : units) || 1)) : 0);
  }

  /**
   * @param {number} stride
   * @param {number} output
   * @returns {Whole}
   */
  #wholeOf(stride, output) {
    return { stride, bytes: this.#placing.place(stride * this.#source.units, output ? undefined : this.#into) };
  }

  /** @param {number} output */
  #whole(output) {
    return /** @type {Whole} */ (this.#wholes[output]);
  }

  /** @param {Result} result */
  async #place(result) {
    const place = result.start - (this.#source.first ?? 0);
    for (const [output, part] of partsOf(result).entries()) {
      const { bytes, stride } = this.#whole(output);
      await this.#placing.put(bytes, place * stride, part);
      this.#desk.engine.recycle(part.buffer);
    }
  }
}

/** @param {Result} result */
function partsOf({ bytes, others = [] }) {
  return [bytes, ...others];
}
