//! What is between the two passes.

use super::{
    super::rows::PIXEL,
    down::{QUAD, STRIP},
};

/// A pixel of numbers with fractional bits.
pub(super) type Wide = [u16; PIXEL];

/// Rows that were blurred down and not yet across, with copies of their ends on either side.
#[derive(Debug)]
pub(super) struct Band {
    reach: usize,
    width: usize,
    pitch: usize,
    pixels: Vec<Wide>,
}

impl Band {
    /// Rows of a band. More of them share the work of reading the rows above and below; so many
    /// still fit the second-level cache.
    pub(super) const ROWS: usize = 16;

    /// Pixels behind a row and its copied ends: a block of the second pass looks so much further.
    const BEHIND: usize = 6;

    /// A band for rows of `width` pixels, with as many copies at both ends as the taps reach.
    pub(super) fn new(width: usize, reach: usize) -> Self {
        let pitch = width.next_multiple_of(STRIP / PIXEL) + 2 * reach + Self::BEHIND;
        Self { reach, width, pitch, pixels: vec![[0; PIXEL]; pitch * Self::ROWS] }
    }

    /// The `index`-th row, with its copied ends and what is behind them.
    pub(super) fn row(&self, index: usize) -> &[Wide] {
        &self.pixels[index * self.pitch..][..self.pitch]
    }

    /// The strip from the pixel `start` on in four rows.
    #[inline(always)]
    pub(super) fn strips_mut(
        &mut self,
        quad: usize,
        start: usize,
    ) -> [&mut [Wide; STRIP / PIXEL]; QUAD] {
        let first = self.reach + start;
        let mut rows = self.pixels[quad * QUAD * self.pitch..].chunks_exact_mut(self.pitch);
        core::array::from_fn(|_| {
            let row = rows.next().expect("a band is made of whole quads");
            row[first..].first_chunk_mut().expect("a row has room for whole strips")
        })
    }

    /// Copies the ends of the first `height` rows.
    pub(super) fn repeat_ends(&mut self, height: usize) {
        for row in self.pixels.chunks_exact_mut(self.pitch).take(height) {
            let (first, last) = (row[self.reach], row[self.reach + self.width - 1]);
            row[..self.reach].fill(first);
            row[self.reach + self.width..].fill(last);
        }
    }
}
