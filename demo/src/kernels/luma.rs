//! The brightness of a pixel.

use super::rows::Pixel;

/// Weights of red, green and blue in 256ths: ITU-R BT.709's 0.2126, 0.7152 and 0.0722, the
/// luminances of the sRGB primaries. Their sum is 256, so grey keeps its value.
pub(super) const WEIGHTS: [u32; 3] = [54, 183, 19];

/// The brightness of `pixel`, 0 to 255, rounded half up; taken, as is usual, from the values as
/// they are stored and not from linear light.
#[inline(always)]
pub(super) const fn luma(pixel: Pixel) -> u32 {
    // Whole words throughout: then LLVM computes four pixels at a time.
    let bits = u32::from_le_bytes(pixel);
    let [of_red, of_green, of_blue] = WEIGHTS;
    let red = (bits & 0xff) * of_red;
    let green = (bits >> 8 & 0xff) * of_green;
    let blue = (bits >> 16 & 0xff) * of_blue;
    (red + green + blue + 128) >> 8
}

/// A pixel whose colours are all `grey` (0 to 255), with the alpha of `pixel`.
#[inline(always)]
pub(super) const fn grey(grey: u32, pixel: Pixel) -> Pixel {
    let alpha = u32::from_le_bytes(pixel) & 0xff00_0000;
    (alpha | grey << 16 | grey << 8 | grey).to_le_bytes()
}
