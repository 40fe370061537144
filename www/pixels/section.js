/**
 * What of a picture is shown: all of it at about the size that the screen has for it, or a part of it pixel for
 * pixel. It is what the canvases hold; a canvas of 24 megapixels would cost a copy of 96 MB for each frame that
 * changes it. Workers make it, by one more kernel after the filter.
 *
 * @typedef {{ width: number, height: number }} Size
 *
 * @typedef {object} Section
 * @property {string} kernel that makes it
 * @property {object} params
 * @property {number} width
 * @property {number} height
 * @property {{ first: number, count: number } | undefined} range the rows of the picture that it takes; all if none
 * @property {(row: number) => number} rowOf a row of the picture: the first of its own that begins there or below
 */

/** The kernel `shrink` can do no more. */
export const MOST_SHRUNK = 16;

/**
 * The whole picture, shrunk by a whole factor.
 * @implements {Section}
 */
export class Overview {
  kernel = 'shrink';
  range = undefined;

  /**
   * @param {Size} picture
   * @param {Size} room pixels of the screen: it has as many or more
   */
  constructor({ width, height }, room) {
    const fits = Math.floor(Math.max(width, height) / Math.max(room.width, room.height));
    const factor = Math.min(MOST_SHRUNK, Math.max(1, fits));
    this.params = { factor };
    this.width = Math.ceil(width / factor);
    this.height = Math.ceil(height / factor);
  }

  /** @param {number} row */
  rowOf(row) {
    return Math.ceil(row / this.params.factor);
  }
}

/**
 * A part of the picture, pixel for pixel.
 * @implements {Section}
 */
export class Detail {
  kernel = 'crop';
  #picture;
  #room;

  /**
   * @param {Size} picture
   * @param {Size} room pixels of the screen
   * @param {{ x: number, y: number }} centre in pixels of the picture; it is moved so that there is no border
   */
  constructor(picture, room, centre) {
    this.#picture = picture;
    this.#room = room;
    this.width = Math.min(picture.width, room.width);
    this.height = Math.min(picture.height, room.height);
    const left = placed(centre.x, this.width, picture.width);
    const top = placed(centre.y, this.height, picture.height);
    this.centre = { x: left + this.width / 2, y: top + this.height / 2 };
    this.params = { left, width: this.width };
    this.range = { first: top, count: this.height };
  }

  /** @param {number} row */
  rowOf(row) {
    return row - this.range.first;
  }

  /**
   * @param {number} x pixels to the right
   * @param {number} y pixels down
   */
  moved(x, y) {
    return new Detail(this.#picture, this.#room, { x: this.centre.x + x, y: this.centre.y + y });
  }
}

/**
 * Where a part of a side begins whose middle should be there.
 * @param {number} middle
 * @param {number} length
 * @param {number} side
 */
function placed(middle, length, side) {
  return Math.round(Math.min(Math.max(middle - length / 2, 0), side - length));
}
