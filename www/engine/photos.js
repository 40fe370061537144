/**
 * Where photos come from: the samples and the user's own files, all decoded by the decode worker. It
 * keeps their pixels; what the page has of a photo is a number.
 */

import { DemoError } from './errors.js';
import { Remote } from './remote.js';

/**
 * @typedef {object} Photo
 * @property {number} id by which the decode worker knows it
 * @property {string} name
 * @property {boolean} isSample
 * @property {number} width
 * @property {number} height
 */

/** @typedef {{ name: string, isSample: boolean, blob: Promise<Blob> }} Origin where a photo comes from */

/** Sample name to file. */
export const SAMPLES = {
  astronaut: 'photos/astronaut.png',
  hubble_deep_field: 'photos/hubble_deep_field.jpg',
};

/** @param {string} name */
async function fetchSample(name) {
  const known = Object.entries(SAMPLES).find(([key]) => key === name);
  if (known === undefined) {
    const all = Object.keys(SAMPLES).join(', ');
    throw new DemoError('unknown_sample', `there is no sample ${name}; choose one of ${all}`);
  }
  const url = new URL(`../${known[1]}`, import.meta.url);
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) {
    throw new DemoError('sample_unavailable', `${known[1]} could not be fetched; try again`);
  }
  return response.blob();
}

export class Photos {
  #remote;
  #ticket = 0;
  /** @type {Origin | null} */
  #latest = null;

  constructor() {
    const worker = new Worker(new URL('../decode.js', import.meta.url), { type: 'module' });
    this.#remote = new Remote(worker, 'decode');
  }

  /**
   * @param {string} name one of `SAMPLES`
   * @param {number | null} megapixels enlarged to this many; null: as it is
   * @returns {Promise<Photo>}
   */
  sample(name, megapixels) {
    return this.#load({ name, isSample: true, blob: fetchSample(name) }, megapixels);
  }

  /**
   * @param {Blob} blob an image file
   * @param {number | null} megapixels
   * @returns {Promise<Photo>}
   */
  own(blob, megapixels) {
    const name = blob instanceof File && blob.name !== '' ? blob.name : 'pasted image';
    return this.#load({ name, isSample: false, blob: Promise.resolve(blob) }, megapixels);
  }

  /**
   * The latest photo once more, at another size.
   * @param {number | null} megapixels
   * @returns {Promise<Photo>}
   */
  async again(megapixels) {
    if (this.#latest === null) throw new DemoError('no_photo', 'choose a photo first');
    return this.#load(this.#latest, megapixels);
  }

  /**
   * @param {Origin} origin
   * @param {number | null} megapixels
   * @returns {Promise<Photo>} rejects with `superseded` when another photo was asked for meanwhile
   */
  async #load(origin, megapixels) {
    const ticket = (this.#ticket += 1);
    const blob = await origin.blob;
    const decoded = await this.#remote.ask('decode', { blob, megapixels });
    if (ticket !== this.#ticket) {
      this.drop(decoded);
      throw new DemoError('superseded', 'another photo was chosen meanwhile');
    }
    this.#latest = origin;
    const { name, isSample } = origin;
    return { name, isSample, ...decoded };
  }

  /**
   * @param {{ id: number }} photo
   * @param {{ first: number, count: number }} rows
   * @returns {Promise<ArrayBuffer>} RGBA, no padding
   */
  cut({ id }, { first, count }) {
    return this.#remote.ask('cut', { id, first, count });
  }

  /**
   * All pixels of a photo, which nobody has until `takeBack`.
   * @param {{ id: number }} photo
   * @returns {Promise<Uint8Array<ArrayBuffer>>} RGBA, rows from the top, no padding
   */
  async lend({ id }) {
    return new Uint8Array(await this.#remote.ask('lend', { id }));
  }

  /**
   * @param {{ id: number }} photo
   * @param {Uint8Array<ArrayBuffer>} pixels
   */
  takeBack({ id }, { buffer }) {
    this.#remote.tell('takeBack', { id, buffer }, [buffer]);
  }

  /** @param {{ id: number }} photo that is shown no more */
  drop({ id }) {
    this.#remote.tell('drop', { id });
  }
}
