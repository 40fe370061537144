//! Images between halving and doubling.

use core::{ops::Range, slice::ChunksExactMut};

use super::super::{super::rows::PIXEL, band::Wide};

/// Fractional bits of a number, which has twelve in all.
pub(super) const BITS: u32 = 4;

/// Pixels that a level has left of the image. What is further left is as they are, and what is
/// right of a level's last pixel as that one.
pub(super) const LEFT: usize = 2;

/// Pixels in a row of the level after so many steps from an image of `width` pixels, of which
/// there is at least one.
pub(super) fn columns(width: usize, steps: u32) -> usize {
    // A pixel sees two of the one before on either side, so it is like all that follow when it
    // stands two behind the last that has a value of its own.
    let last = (1..=steps).fold(width - 1, |last, _| (last + 2).div_ceil(2));
    LEFT + last + 1
}

/// Some rows of a level, all of their pixels.
#[derive(Debug)]
pub(super) struct Level {
    /// The number of the first row.
    top: isize,
    columns: usize,
    pixels: Vec<Wide>,
}

impl Level {
    /// These rows, black.
    pub(super) fn new(rows: &Range<isize>, columns: usize) -> Self {
        Self { top: rows.start, columns, pixels: vec![[0; PIXEL]; rows.len() * columns] }
    }

    /// Pixels of a row.
    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    /// The number of the last row.
    pub(super) const fn last(&self) -> isize {
        self.top + (self.pixels.len() / self.columns) as isize - 1
    }

    /// A row.
    ///
    /// # Panics
    /// When it is not there.
    pub(super) fn row(&self, index: isize) -> &[Wide] {
        let row = (index - self.top) as usize;
        &self.pixels[row * self.columns..][..self.columns]
    }

    /// All rows, from the first.
    pub(super) fn rows_mut(&mut self) -> ChunksExactMut<'_, Wide> {
        self.pixels.chunks_exact_mut(self.columns)
    }
}
