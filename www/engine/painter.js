/** The page's side of the paint worker: it passes rows on and touches no pixels itself. */

import { Remote } from './remote.js';

/** @import { Section, Size } from '../pixels/section.js' */
/** @import { PageNote } from '../pixels/surface.js' */

export class Painter {
  #remote;

  /**
   * @param {{ before: HTMLCanvasElement, after: HTMLCanvasElement }} canvases
   */
  constructor(canvases) {
    const worker = new Worker(new URL('../paint.js', import.meta.url), { type: 'module' });
    this.#remote = new Remote(worker, 'paint', (note) => paintHere(canvases, note));
    const { before, after } = handOver(canvases);
    this.#remote.tell('adopt', { before, after }, before && after ? [before, after] : []);
  }

  /**
   * Another photo is to be shown.
   * @param {Size} photo
   */
  photo({ width, height }) {
    this.#remote.tell('photo', { width, height });
  }

  /**
   * Another section of it is to be shown: its rows follow.
   * @param {Section} section
   */
  section({ width, height }) {
    this.#remote.tell('section', { width, height });
  }

  /**
   * Rows of the photo itself.
   * @param {number} y the first of them in the section
   * @param {Uint8Array<ArrayBuffer>} bytes whole rows; their buffer is moved away
   * @param {'before' | 'both'} where both: nothing else is shown
   */
  original(y, bytes, where) {
    this.#paint('original', bytes, { y, where });
  }

  /** Rows follow of another result at full size. */
  begin() {
    this.#remote.tell('begin', {});
  }

  /**
   * Rows of the result.
   * @param {number} y the first of them in the section
   * @param {Uint8Array<ArrayBuffer>} bytes whole rows; their buffer is moved away
   */
  tile(y, bytes) {
    this.#paint('tile', bytes, { y });
  }

  /**
   * A part of a photo that is lower than a row of its overview may have none.
   * @param {string} kind
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {object} more
   */
  #paint(kind, bytes, more) {
    if (bytes.length > 0) this.#remote.tell(kind, { bytes, ...more }, [bytes.buffer]);
  }

  /** @returns {Promise<void>} settles when all rows have been painted */
  settled() {
    return this.#remote.ask('settle', {});
  }

  /** Shows the photo itself again, in place of a result that was not finished. */
  reset() {
    this.#remote.tell('reset', {});
  }

  /**
   * Rows of the result at full size, which are not painted.
   * @param {number} start the first of them
   * @param {Uint8Array<ArrayBuffer>} bytes whole rows; their buffer is moved away
   */
  rows(start, bytes) {
    this.#remote.tell('rows', { start, bytes }, [bytes.buffer]);
  }

  /**
   * @returns {Promise<string>} the SHA-256 of the result at full size, in hex
   */
  digest() {
    return this.#remote.ask('digest', {});
  }

  /**
   * @returns {Promise<Blob>} the result at full size as a PNG file
   */
  png() {
    return this.#remote.ask('png', {});
  }
}

/**
 * @param {{ before: HTMLCanvasElement, after: HTMLCanvasElement }} canvases
 * @returns {{ before?: OffscreenCanvas, after?: OffscreenCanvas }} empty where engines can't do it
 */
function handOver({ before, after }) {
  if (!('transferControlToOffscreen' in HTMLCanvasElement.prototype)) return {};
  return { before: before.transferControlToOffscreen(), after: after.transferControlToOffscreen() };
}

/**
 * Paints rows on the page, for engines that keep their canvases there.
 * @param {{ before: HTMLCanvasElement, after: HTMLCanvasElement }} canvases
 * @param {PageNote} note
 */
function paintHere(canvases, { canvas: name, size, image, y = 0 }) {
  const canvas = canvases[name];
  if (size !== undefined) Object.assign(canvas, { width: size.width, height: size.height });
  if (image === undefined) return;
  const data = new ImageData(image.pixels, image.width, image.height);
  canvas.getContext('2d')?.putImageData(data, 0, y);
}
