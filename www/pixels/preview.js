/**
 * The preview: the picture at about the size a screen shows. It is what the canvases hold; a canvas of
 * 24 megapixels would cost a copy of 96 MB for each frame that changes it.
 */

/** @import { Bitmap } from './enlarge.js' */

const LONGEST_SIDE = 1600;

/** Two 8-bit channels in one number, 16 bits apart, so that one addition sums both. */
const EVEN_CHANNELS = 0x00ff00ff;

/** Lanes of 16 bits hold at most this many summed bytes. */
const MOST_SUMMED = 256;

/**
 * @param {number} width
 * @param {number} height
 * @returns {{ width: number, height: number }} never larger than the picture
 */
export function previewSize(width, height) {
  const factor = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
}

/**
 * How the rows of a picture map to the rows of its preview, and the averaging between them.
 * A preview pixel is the mean of the box of pixels it covers.
 */
export class Shrinker {
  /** @type {Uint32Array} */
  #columns;

  /**
   * @param {{ width: number, height: number }} picture
   */
  constructor(picture) {
    this.picture = picture;
    this.size = previewSize(picture.width, picture.height);
    this.#columns = new Uint32Array(this.size.width + 1);
    for (let x = 0; x <= this.size.width; x += 1) {
      this.#columns[x] = Math.floor((x * picture.width) / this.size.width);
    }
  }

  /**
   * @param {number} previewRow
   * @returns {number} the first picture row that the preview row covers
   */
  firstRowOf(previewRow) {
    return Math.floor((previewRow * this.picture.height) / this.size.height);
  }

  /**
   * @param {number} start first picture row
   * @param {number} rows how many
   * @returns {{ from: number, to: number }} the preview rows, end excluded, that cover any of them
   */
  rowsTouching(start, rows) {
    const { height } = this.size;
    let from = Math.floor((start * height) / this.picture.height);
    while (from > 0 && this.firstRowOf(from) > start) from -= 1;
    let to = from;
    while (to < height && this.firstRowOf(to) < start + rows) to += 1;
    return { from, to };
  }

  /**
   * @param {Uint32Array} pixels the whole picture
   * @param {number} from first preview row
   * @param {number} to end of the preview rows, excluded
   * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA of those preview rows
   */
  shrink(pixels, from, to) {
    const { width } = this.size;
    const band = new Uint8ClampedArray(width * 4 * (to - from));
    for (let y = from; y < to; y += 1) {
      const row = band.subarray((y - from) * width * 4, (y - from + 1) * width * 4);
      this.#average(pixels, this.firstRowOf(y), this.firstRowOf(y + 1), row);
    }
    return band;
  }

  /**
   * @param {Uint32Array} pixels
   * @param {number} top
   * @param {number} bottom excluded
   * @param {Uint8ClampedArray} out
   */
  #average(pixels, top, bottom, out) {
    const stride = this.picture.width;
    const columns = this.#columns;
    const rowStep = Math.ceil(((bottom - top) * 16) / MOST_SUMMED);
    for (let x = 0; x < this.size.width; x += 1) {
      const left = /** @type {number} */ (columns[x]);
      const right = /** @type {number} */ (columns[x + 1]);
      const columnStep = Math.ceil((right - left) / 16);
      let even = 0;
      let odd = 0;
      let count = 0;
      for (let y = top; y < bottom; y += rowStep) {
        for (let at = y * stride + left; at < y * stride + right; at += columnStep) {
          const pixel = /** @type {number} */ (pixels[at]);
          even += pixel & EVEN_CHANNELS;
          odd += (pixel >>> 8) & EVEN_CHANNELS;
          count += 1;
        }
      }
      out[x * 4] = (even & 0xffff) / count;
      out[x * 4 + 1] = (odd & 0xffff) / count;
      out[x * 4 + 2] = (even >>> 16) / count;
      out[x * 4 + 3] = (odd >>> 16) / count;
    }
  }
}

/**
 * @param {Bitmap} picture
 * @returns {Bitmap} its preview
 */
export function previewOf(picture) {
  const shrinker = new Shrinker(picture);
  const pixels = shrinker.shrink(new Uint32Array(picture.pixels.buffer), 0, shrinker.size.height);
  return { ...shrinker.size, pixels };
}
