/** @import { Bitmap } from './enlarge.js' */

/**
 * @typedef {object} Surface Where the paint worker shows a section of a picture.
 * @property {(size: { width: number, height: number }) => void} resize
 * @property {(image: Bitmap, y: number) => void} put
 */

/**
 * A canvas handed over by the page: the frames go to the screen without the page's main thread.
 * @implements {Surface}
 */
export class OwnCanvas {
  #canvas;
  #context;

  /** @param {OffscreenCanvas} canvas */
  constructor(canvas) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser has no 2d context in workers');
    this.#canvas = canvas;
    this.#context = context;
  }

  /** @param {{ width: number, height: number }} size */
  resize({ width, height }) {
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  /**
   * @param {Bitmap} image
   * @param {number} y
   */
  put(image, y) {
    this.#context.putImageData(new ImageData(image.pixels, image.width, image.height), 0, y);
  }
}

/**
 * For engines that can't hand a canvas over: the page paints the rows it is sent.
 * @implements {Surface}
 */
export class PageCanvas {
  #canvas;
  #post;

  /**
   * @param {'before' | 'after'} canvas
   * @param {(message: PageNote, transfer: Transferable[]) => void} post
   */
  constructor(canvas, post) {
    this.#canvas = canvas;
    this.#post = post;
  }

  /** @param {{ width: number, height: number }} size */
  resize(size) {
    this.#post({ canvas: this.#canvas, size }, []);
  }

  /**
   * @param {Bitmap} image
   * @param {number} y
   */
  put(image, y) {
    const copy = { ...image, pixels: image.pixels.slice() };
    this.#post({ canvas: this.#canvas, image: copy, y }, [copy.pixels.buffer]);
  }
}

/**
 * @typedef {object} PageNote What the page is asked to do with one of its canvases.
 * @property {'before' | 'after'} canvas
 * @property {{ width: number, height: number }} [size]
 * @property {Bitmap} [image] rows of a section
 * @property {number} [y] where they go
 */
