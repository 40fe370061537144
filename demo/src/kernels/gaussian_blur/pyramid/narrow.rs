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
        band::{Band, Wide},
        down::{Down, RowPair, STRIP, Source},
        weights::Weights,
    },
    level::{BITS, Level},
};

/// Blurs these rows of `sharp`, which has as many above and below as the weights reach.
pub(super) fn blur(weights: &Weights, sharp: &Level, wanted: Range<isize>) -> Level {
    let mut blurred = Level::new(&wanted, sharp.columns());
    let mut down = Down::new(weights);
    let across = Across::new(weights);
    let mut band = Band::new(sharp.columns(), weights.reach());
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

    fn read(&self, index: isize, start: usize, strip: &mut RowPair) {
        // The last rows are made four at a time; what those too many see does not matter.
        let row = |index: isize| -> [Wide; STRIP / PIXEL] {
            rows::strip(self.row(index.min(self.last())), start / PIXEL)
        };
        let (upper, lower) = (row(index), row(index + 1));
        let both = upper.as_chunks().0.iter().zip(lower.as_chunks().0);
        for (block, (upper, lower)) in strip.iter_mut().zip(both) {
            *block = TwoPixels::load(upper).above(TwoPixels::load(lower));
        }
    }
}
