//! The first pass: down the columns.

use super::{
    super::{
        lanes::{Pairs, Sums},
        rows::{self, PIXEL, Rows},
    },
    BETWEEN,
    band::Band,
    weights::Weights,
};

/// Bytes of a row that are worked on together: a cache line. Rows whose distance is a large power
/// of two push each other out of the cache, so every line must be used up when it is read.
const STRIP: usize = 64;

/// Pairs of sums in a strip, each a block of eight bytes.
const BLOCKS: usize = STRIP / (2 * PIXEL);

/// Output rows whose sums are kept in registers together.
const QUAD: usize = 4;

/// Two input rows of a strip: each byte of the upper with the one of the lower.
type RowPair = [[Pairs; 2]; BLOCKS];

/// Blurs rows down into a band.
///
/// Input rows are taken two by two, the first pair being the outermost that a band needs. A pair
/// serves every output row of the band, though with different weights: for each next row they
/// are shifted by one tap. Two pairs later the weights are those of four rows before.
#[derive(Debug)]
pub(super) struct Down {
    reach: usize,
    /// For each pair of input rows, the weights it has in four consecutive output rows.
    weights: Vec<[Pairs; QUAD]>,
    strip: Vec<RowPair>,
}

impl Down {
    pub(super) fn new(weights: &Weights) -> Self {
        let reach = weights.reach();
        let weights_of = |pair: usize| {
            core::array::from_fn(|row| {
                let tap = 2 * pair as isize - row as isize;
                Pairs::splat(weights.tap(tap), weights.tap(tap + 1))
            })
        };
        Self {
            reach,
            weights: (0..reach + QUAD / 2).map(weights_of).collect(),
            strip: vec![[[Pairs::splat(0, 0); 2]; BLOCKS]; reach + Band::ROWS / 2],
        }
    }

    /// Blurs `height` rows from the `first` core row on.
    pub(super) fn fill(&mut self, band: &mut Band, rows: &Rows<'_>, first: usize, height: usize) {
        let quads = height.div_ceil(QUAD);
        for start in (0..rows.stride()).step_by(STRIP) {
            self.read_strip(rows, first, quads, start);
            for quad in 0..quads {
                self.blur_quad(band, quad, start);
            }
        }
    }

    /// Reads the strip from byte `start` of every row that `quads` times four output rows need.
    fn read_strip(&mut self, rows: &Rows<'_>, first: usize, quads: usize, start: usize) {
        let pairs = self.reach + quads * QUAD / 2;
        let top = -(self.reach as isize);
        for (pair, blocks) in self.strip[..pairs].iter_mut().enumerate() {
            let down = top + 2 * pair as isize;
            let upper: [u8; STRIP] = rows::strip(rows.below(first, down), start);
            let lower: [u8; STRIP] = rows::strip(rows.below(first, down + 1), start);
            let upper = upper.as_chunks().0.iter();
            let blocks = blocks.as_chunks_mut().0.iter_mut();
            for ((upper, lower), blocks) in upper.zip(lower.as_chunks().0).zip(blocks) {
                let [a, b, c, d] = Pairs::of_bytes(upper, lower);
                *blocks = [[a, b], [c, d]];
            }
        }
    }

    fn blur_quad(&self, band: &mut Band, quad: usize, start: usize) {
        let strip = &self.strip[quad * QUAD / 2..];
        let first = start / (2 * PIXEL);
        // The last strip may be wider than the rest of the row.
        let blocks = BLOCKS.min(band.row(0).len() - 1 - first);
        for block in 0..blocks {
            let sums = sums(strip, &self.weights, block);
            for (row, sums) in sums.into_iter().enumerate() {
                band.row_mut(quad * QUAD + row)[first + block] =
                    Sums::round::<{ Weights::BITS - BETWEEN }>(sums);
            }
        }
    }
}

#[inline(always)]
fn sums(strip: &[RowPair], weights: &[[Pairs; QUAD]], block: usize) -> [[Sums; 2]; QUAD] {
    let mut sums = [[Sums::zero(); 2]; QUAD];
    for (blocks, weights) in strip.iter().zip(weights) {
        let [low, high] = blocks[block];
        for (sums, weights) in sums.iter_mut().zip(weights) {
            sums[0].add_products(low, *weights);
            sums[1].add_products(high, *weights);
        }
    }
    sums
}
