/** The page's side of the paint worker: it passes tiles on and touches no pixels itself. */

import { Remote } from './remote.js';

/** @import { Photo } from './photos.js' */
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

  /** @param {MessagePort} port where it sends the buffers of tiles that it has taken in */
  recycleTo(port) {
    this.#remote.tell('recycle', { port }, [port]);
  }

  /**
   * Shows a photo in both canvases. Its preview is moved away.
   * @param {Photo} photo
   */
  show({ width, height, preview }) {
    this.#remote.tell('photo', { width, height, preview }, [preview.pixels.buffer]);
  }

  /** Shows the original again, ready for the tiles of a run. */
  begin() {
    this.#remote.tell('begin', {});
  }

  /**
   * @param {number} start the tile's first row
   * @param {Uint8Array<ArrayBuffer>} bytes whole rows; their buffer is moved away
   */
  put(start, bytes) {
    this.#remote.tell('tile', { start, bytes }, [bytes.buffer]);
  }

  /**
   * Settles when every tile has been painted.
   * @param {{ digest: boolean }} options
   * @returns {Promise<string | null>} the SHA-256 of the result in hex, when asked for
   */
  finish(options) {
    return this.#remote.ask('finish', options);
  }

  /**
   * @returns {Promise<Blob>} the result as a PNG file
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
 * Paints a band of preview rows on the page, for engines that keep their canvases there.
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
