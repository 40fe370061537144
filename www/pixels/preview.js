/**
 * The preview: the picture at about the size at which it is shown. It is what the canvases hold; a canvas of
 * 24 megapixels would cost a copy of 96 MB for each frame that changes it.
 */

/** The kernel `shrink` can do no more. */
export const MOST_SHRUNK = 16;

/** How a picture becomes its preview. */
export class Preview {
  /**
   * @param {{ width: number, height: number }} picture
   * @param {number} room pixels that the screen has for its longer side: the preview has as many or more
   */
  constructor({ width, height }, room) {
    /** By how much each side is shrunk. */
    this.factor = Math.min(MOST_SHRUNK, Math.max(1, Math.floor(Math.max(width, height) / room)));
    this.width = Math.ceil(width / this.factor);
    this.height = Math.ceil(height / this.factor);
  }

  /**
   * @param {number} row of the picture
   * @returns {number} the first row of the preview that covers none above it
   */
  rowOf(row) {
    return Math.ceil(row / this.factor);
  }
}
