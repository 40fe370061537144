//! The second pass: across the rows.

use super::{
    super::{
        lanes::{Pairs, Sums, TwoPixels},
        rows::PIXEL,
    },
    weights::Weights,
};

/// Pixels whose sums are kept in registers together.
const BLOCK: usize = 4;

/// Blurs rows of a band across.
#[derive(Debug)]
pub(super) struct Across {
    reach: usize,
    width: usize,
    /// The taps, two by two.
    weights: Vec<Pairs>,
    /// Every pixel of a row paired with its right neighbour, with as many more at both ends as
    /// the taps reach.
    pairs: Vec<Pairs>,
}

impl Across {
    /// For rows of so many numbers, four a pixel.
    pub(super) fn new(weights: &Weights, numbers: usize) -> Self {
        let reach = weights.reach();
        let width = numbers / PIXEL;
        let weights_of = |pair: usize| {
            let tap = 2 * pair as isize;
            Pairs::splat(weights.tap(tap), weights.tap(tap + 1))
        };
        // The last block looks this far.
        let pairs = width.next_multiple_of(BLOCK) + 2 * reach;
        Self {
            reach,
            width,
            weights: (0..=reach).map(weights_of).collect(),
            pairs: vec![Pairs::splat(0, 0); pairs],
        }
    }

    /// Blurs one row of a band. `round` makes pixels of the sums.
    pub(super) fn fill<T: Copy>(
        &mut self,
        output: &mut [T],
        row: &[TwoPixels],
        round: impl Fn([Sums; BLOCK]) -> [T; BLOCK],
    ) {
        self.pair_up(row);
        let (blocks, rest) = output.as_chunks_mut();
        for (block, pixels) in blocks.iter_mut().enumerate() {
            *pixels = round(self.sums(block));
        }
        if !rest.is_empty() {
            let pixels = round(self.sums(blocks.len()));
            rest.copy_from_slice(&pixels[..rest.len()]);
        }
    }

    fn pair_up(&mut self, row: &[TwoPixels]) {
        let (left, inner) = self.pairs.split_at_mut(self.reach);
        left.fill(row[0].first_twice());
        let twos = inner.as_chunks_mut::<2>().0.iter_mut();
        for (two, [here, next]) in twos.zip(row.array_windows()) {
            *two = [here.paired(), here.paired_on(*next)];
        }
        let last = row[(self.width - 1) / 2];
        let edge = if self.width % 2 == 1 { last.first_twice() } else { last.second_twice() };
        inner[self.width - 1..].fill(edge);
    }

    #[inline(always)]
    fn sums(&self, block: usize) -> [Sums; BLOCK] {
        sums(&self.pairs[block * BLOCK..], &self.weights)
    }
}

/// The sums of four pixels, of which `pairs` begins with the outermost that the first looks at.
#[inline(always)]
fn sums(pairs: &[Pairs], weights: &[Pairs]) -> [Sums; BLOCK] {
    let mut sums = [Sums::zero(); BLOCK];
    let (twos, _) = pairs.as_chunks::<2>();
    // Two taps on, the third and fourth pixel look at what the first and second do here.
    let mut near = twos[0];
    for (weights, far) in weights.iter().zip(&twos[1..]) {
        sums[0].add_products(near[0], *weights);
        sums[1].add_products(near[1], *weights);
        sums[2].add_products(far[0], *weights);
        sums[3].add_products(far[1], *weights);
        near = *far;
    }
    sums
}
