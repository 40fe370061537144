/**
 * Enlarging by bilinear interpolation in whole numbers, so that every browser makes the same pixels
 * and a run can be repeated byte for byte.
 */

/** One unit of a row that has been widened: 8 fractional bits. */
const ONE = 256;

/**
 * The size with the same aspect and about `megapixels` million pixels. It never shrinks: a photo
 * that is larger already keeps its size.
 * @param {number} width
 * @param {number} height
 * @param {number | null} megapixels null: as it is
 * @returns {{ width: number, height: number }}
 */
export function enlargedSize(width, height, megapixels) {
  if (megapixels === null) return { width, height };
  const factor = Math.sqrt((megapixels * 1e6) / (width * height));
  if (factor <= 1) return { width, height };
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

/**
 * Which two neighbours an enlarged position lies between, and how far along (0..256): pixel centres
 * are kept in place and the edges are replicated.
 * @param {number} from how many there are
 * @param {number} to how many are wanted
 */
function positions(from, to) {
  const first = new Uint32Array(to);
  const second = new Uint32Array(to);
  const along = new Uint16Array(to);
  for (let i = 0; i < to; i += 1) {
    const exact = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(exact);
    first[i] = low;
    second[i] = Math.min(low + 1, from - 1);
    along[i] = Math.round((exact - low) * ONE);
  }
  return { first, second, along };
}

/**
 * One source row widened into `wide`, with 8 fractional bits kept.
 * @param {Uint8ClampedArray} pixels RGBA
 * @param {number} offset where the row starts
 * @param {ReturnType<typeof positions>} columns
 * @param {Uint16Array} wide
 */
function widen(pixels, offset, columns, wide) {
  const { first, second, along } = columns;
  for (let x = 0, out = 0; x < first.length; x += 1) {
    const left = offset + /** @type {number} */ (first[x]) * 4;
    const right = offset + /** @type {number} */ (second[x]) * 4;
    const part = /** @type {number} */ (along[x]);
    for (let channel = 0; channel < 4; channel += 1, out += 1) {
      const a = /** @type {number} */ (pixels[left + channel]);
      const b = /** @type {number} */ (pixels[right + channel]);
      wide[out] = a * (ONE - part) + b * part;
    }
  }
}

/**
 * One row between two widened rows.
 * @param {Uint16Array} upper
 * @param {Uint16Array} lower
 * @param {number} part how far below the upper row, 0..256
 * @param {Uint8ClampedArray} out
 */
function between(upper, lower, part, out) {
  const rest = ONE - part;
  for (let i = 0; i < out.length; i += 1) {
    const a = /** @type {number} */ (upper[i]);
    const b = /** @type {number} */ (lower[i]);
    out[i] = (a * rest + b * part + 32768) >> 16;
  }
}

/**
 * @typedef {{ width: number, height: number, pixels: Uint8ClampedArray<ArrayBuffer> }} Bitmap
 * RGBA, four bytes per pixel, rows from the top, no padding.
 */

/**
 * @param {Bitmap} source
 * @param {{ width: number, height: number }} size
 * @returns {Bitmap} the source itself when it has that size already
 */
export function enlarge(source, { width, height }) {
  if (width === source.width && height === source.height) return source;
  const stride = width * 4;
  const pixels = new Uint8ClampedArray(stride * height);
  const columns = positions(source.width, width);
  const rows = positions(source.height, height);
  let [upper, lower] = [new Uint16Array(stride), new Uint16Array(stride)];
  let [upperRow, lowerRow] = [-1, -1];
  for (let y = 0; y < height; y += 1) {
    const first = /** @type {number} */ (rows.first[y]);
    const second = /** @type {number} */ (rows.second[y]);
    if (first === lowerRow) {
      [upper, lower] = [lower, upper];
      [upperRow, lowerRow] = [lowerRow, upperRow];
    }
    if (first !== upperRow) widen(source.pixels, first * source.width * 4, columns, upper);
    if (second !== lowerRow) widen(source.pixels, second * source.width * 4, columns, lower);
    [upperRow, lowerRow] = [first, second];
    const part = /** @type {number} */ (rows.along[y]);
    between(upper, lower, part, pixels.subarray(y * stride, (y + 1) * stride));
  }
  return { width, height, pixels };
}
