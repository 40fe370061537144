//! What is between the two passes.

use super::super::{lanes::TwoPixels, rows::PIXEL};

/// Rows that were blurred down and not yet across.
#[derive(Debug)]
pub(super) struct Band {
    pitch: usize,
    pixels: Vec<TwoPixels>,
}

impl Band {
    /// Rows of a band. More of them share the work of reading the rows above and below; so many
    /// still fit the second-level cache.
    pub(super) const ROWS: usize = 16;

    /// A band for rows of so many numbers, four a pixel.
    pub(super) fn new(numbers: usize) -> Self {
        // One more than the row, so that its last pixel has a neighbour to be paired with.
        let pitch = numbers.div_ceil(2 * PIXEL) + 1;
        Self { pitch, pixels: vec![TwoPixels::zero(); pitch * Self::ROWS] }
    }

    /// The `index`-th row: every pixel of the image, one more if the width is odd, and two more.
    pub(super) fn row(&self, index: usize) -> &[TwoPixels] {
        &self.pixels[index * self.pitch..][..self.pitch]
    }

    /// As [`Band::row`].
    pub(super) fn row_mut(&mut self, index: usize) -> &mut [TwoPixels] {
        &mut self.pixels[index * self.pitch..][..self.pitch]
    }
}
