/**
 * About how many bytes a piece has: with what the kernel needs besides, it stays in a core's second
 * cache, and calling the kernel costs nothing beside it.
 */
const PIECE_BYTES = 256 << 10;

/**
 * How long the pieces are into which a kernel with a grain may be given its input, so that no unit
 * and no grain is cut. The last one may be shorter.
 *
 * @param {number} stride bytes of a unit
 * @param {number} grain bytes
 */
export function pieceBytes(stride, grain) {
  const unit = (stride / common(stride, grain)) * grain;
  return Math.max(1, Math.floor(PIECE_BYTES / unit)) * unit;
}

/**
 * The greatest number that divides both.
 *
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
function common(a, b) {
  return b === 0 ? a : common(b, a % b);
}
