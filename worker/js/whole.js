import { Readers } from './readers.js';

/**
 * @import { Spares } from '../../pool/js/spares.js'
 * @import { Cut } from './cut.js'
 * @import { Bytes } from './request.js'
 */

/**
 * The result of a whole, put together of those of its chunks. If it is as long as the source it takes the place of it,
 * each part as soon as no chunk needs what stands there: memory for another would cost more than a quick kernel does.
 */
export class Whole {
  #source;
  #cut;
  #spares;
  /** Of the parts of the source. @type {Readers | undefined} */
  #readers;
  /** Bytes of a result for a unit of the source; none before the first has come. @type {number | undefined} */
  #stride;
  /** @type {Bytes | undefined} */
  #bytes;
  /** Results that wait for their place, by chunk. @type {Map<number, Bytes>} */
  #waiting = new Map();

  /**
   * @param {Bytes} source
   * @param {Cut} cut
   * @param {Spares} spares
   */
  constructor(source, cut, spares) {
    this.#source = source;
    this.#cut = cut;
    this.#spares = spares;
  }

  /** All results, once all have come. */
  get bytes() {
    return this.#bytes ?? new Uint8Array();
  }

  /**
   * Puts a result where it belongs, or aside.
   *
   * @param {number} chunk
   * @param {Bytes} result that of a helper has its buffer for itself, to be used again
   * @param {'helper' | 'holder'} by whoever computed it: the holder's lies in its module's memory
   * @returns {boolean} false: it can't be put together, since their lengths differ
   * @throws when there is no memory
   */
  take(chunk, result, by) {
    const cut = this.#cut;
    const stride = this.#stride ??= result.length / cut.units(chunk);
    if (result.length !== stride * cut.units(chunk) || !Number.isInteger(stride)) return false;
    this.#bytes ??= stride === cut.stride ? this.#source : new Uint8Array(stride * cut.total);
    const reach = this.#bytes === this.#source ? cut.reach : 0;
    const readers = this.#readers ??= new Readers(cut.count, reach);
    // It stays in the module's memory until the next one is computed.
    this.#waiting.set(chunk, by === 'holder' && reach > 0 ? copyIn(result, this.#spares.take(cut.room)) : result);
    for (const free of readers.answer(chunk)) this.#put(free);
    return true;
  }

  /** @param {number} chunk */
  #put(chunk) {
    const result = /** @type {Bytes} */ (this.#waiting.get(chunk));
    this.#waiting.delete(chunk);
    this.bytes.set(result, this.#cut.start(chunk) * /** @type {number} */ (this.#stride));
    // The module's memory, which has room for more, is none of them.
    if (result.buffer.byteLength === this.#cut.room) this.#spares.put(result.buffer);
  }
}

/**
 * A copy of some bytes at the beginning of a buffer.
 *
 * @param {Uint8Array} bytes
 * @param {ArrayBuffer} buffer
 */
export function copyIn(bytes, buffer) {
  const copy = new Uint8Array(buffer, 0, bytes.length);
  copy.set(bytes);
  return copy;
}
