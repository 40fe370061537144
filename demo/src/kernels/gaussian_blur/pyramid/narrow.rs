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
    level::{BITS, Level},
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
            across.fill(row.as_flattened_mut(), band.row(index), |[a, b, c, d]| {
                let [low, high] =
                    [[a, b], [c, d]].map(Sums::round::<{ Weights::BITS + BETWEEN - BITS }>);
                let mut numbers = [0; 16];
                numbers[..8].copy_from_slice(&low.store());
                numbers[8..].copy_from_slice(&high.store());
                numbers
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
        let strip = |index: isize| {
            let row = self.row(index.min(self.last()));
            rows::strip::<u16, STRIP>(row.as_flattened(), start)
        };
        let (upper, lower) = (strip(index), strip(index + 1));
        let upper = upper.as_chunks().0;
        let lower = lower.as_chunks().0;
        core::array::from_fn(|block| {
            TwoPixels::load(&upper[block]).above(TwoPixels::load(&lower[block]))
        })
    }
}
