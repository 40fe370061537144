//! The Gaussian on the last level.

use core::ops::Range;

use super::{
    super::{
        super::{
            lanes::{Sums, TwoPixels},
            rows::{self, PIXEL},
        },
        BETWEEN,
        across::Across,
        band::Band,
        down::{Down, RowPair, STRIP, Source},
        weights::Weights,
    },
    level::{BITS, Level, Wide},
};

/// Blurs these rows of `sharp`, which has as many above and below as the weights reach.
pub(super) fn blur(weights: &Weights, sharp: &Level, wanted: Range<isize>) -> Level {
    let mut blurred = Level::new(&wanted, sharp.columns());
    let numbers = sharp.columns() * PIXEL;
    let mut down = Down::new(weights);
    let mut across = Across::new(weights, numbers);
    let mut band = Band::new(numbers);
    let mut rows = blurred.rows_mut();
    for first in wanted.step_by(Band::ROWS) {
        let height = rows.len().min(Band::ROWS);
        // Numbers of 12 bits become such of 15 here, and of 12 again across.
        down.fill::<{ Weights::BITS + BITS - BETWEEN }>(&mut band, sharp, first, height);
        for (index, row) in rows.by_ref().take(height).enumerate() {
            across.fill(row, band.row(index), |[a, b, c, d]| {
                let round = Sums::round::<{ Weights::BITS + BETWEEN - BITS }>;
                let ([a, b], [c, d]) = (round([a, b]).store(), round([c, d]).store());
                [a, b, c, d]
            });
        }
    }
    blurred
}

impl Source for Level {
    fn numbers(&self) -> usize {
        self.columns() * PIXEL
    }

    fn row_pair(&self, index: isize, start: usize) -> RowPair {
        // The last rows are made four at a time; what those too many see does not matter.
        let strip = |index: isize| -> [Wide; STRIP / PIXEL] {
            rows::strip(self.row(index.min(self.last())), start / PIXEL)
        };
        let (upper, lower) = (strip(index), strip(index + 1));
        core::array::from_fn(|block| {
            let [upper, lower] =
                [&upper, &lower].map(|strip| TwoPixels::load(&strip.as_chunks().0[block]));
            upper.above(lower)
        })
    }
}
