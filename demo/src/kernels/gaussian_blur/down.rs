//! The first pass: down the columns.

use super::{
    super::{
        lanes::{Pairs, Sums},
        rows::{self, PIXEL, Rows},
    },
    band::Band,
    weights::Weights,
};

/// Numbers of a row that are worked on together: as bytes, a cache line. Rows whose distance is a
/// large power of two push each other out of the cache, so every line must be used up when it is
/// read.
pub(super) const STRIP: usize = 64;

/// Pairs of sums in a strip, each a block of eight numbers.
const BLOCKS: usize = STRIP / (2 * PIXEL);

/// Output rows whose sums are kept in registers together.
pub(super) const QUAD: usize = 4;

/// Two input rows of a strip: each number of the upper with the one of the lower.
pub(super) type RowPair = [[Pairs; 2]; BLOCKS];

/// Rows to be blurred down.
pub(super) trait Source {
    /// Numbers in a row.
    fn numbers(&self) -> usize;

    /// Reads the strip from the number `start` of the `index`-th row and the one below.
    fn read(&self, index: isize, start: usize, strip: &mut RowPair);
}

impl Source for Rows<'_> {
    fn numbers(&self) -> usize {
        self.stride()
    }

    #[inline(always)]
    fn read(&self, index: isize, start: usize, strip: &mut RowPair) {
        let upper: [u8; STRIP] = rows::strip(self.below(0, index), start);
        let lower: [u8; STRIP] = rows::strip(self.below(0, index + 1), start);
        let both = upper.as_chunks().0.iter().zip(lower.as_chunks().0);
        for (blocks, (upper, lower)) in strip.as_chunks_mut().0.iter_mut().zip(both) {
            let [a, b, c, d] = Pairs::of_bytes(upper, lower);
            *blocks = [[a, b], [c, d]];
        }
    }
}

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

    /// Blurs `height` rows from the `first` on. `BITS` are left out of their sums.
    pub(super) fn fill<const BITS: u32>(
        &mut self,
        band: &mut Band,
        source: &impl Source,
        first: isize,
        height: usize,
    ) {
        let quads = height.div_ceil(QUAD);
        for start in (0..source.numbers()).step_by(STRIP) {
            self.read_strip(source, first, quads, start);
            for quad in 0..quads {
                self.blur_quad::<BITS>(band, quad, start);
            }
        }
        band.repeat_ends(height);
    }

    /// Reads the strip from the number `start` of every row that `quads` times four output rows
    /// need.
    fn read_strip(&mut self, source: &impl Source, first: isize, quads: usize, start: usize) {
        let pairs = self.reach + quads * QUAD / 2;
        let top = first - self.reach as isize;
        for (pair, blocks) in self.strip[..pairs].iter_mut().enumerate() {
            source.read(top + 2 * pair as isize, start, blocks);
        }
    }

    fn blur_quad<const BITS: u32>(&self, band: &mut Band, quad: usize, start: usize) {
        let strip = &self.strip[quad * QUAD / 2..];
        let mut rows = band.strips_mut(quad, start / PIXEL);
        for block in 0..BLOCKS {
            let sums = sums(strip, &self.weights, block);
            for (row, sums) in rows.iter_mut().zip(sums) {
                row.as_chunks_mut().0[block] = Sums::round::<BITS>(sums).store();
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
