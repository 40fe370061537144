//! The second pass: across the rows.

use super::{
    super::lanes::{Pairs, Sums, TwoPixels},
    band::Wide,
    weights::Weights,
};

/// Pixels whose sums are kept in registers together.
const BLOCK: usize = 4;

/// Blurs rows of a band across.
#[derive(Debug)]
pub(super) struct Across {
    /// The taps, two by two.
    weights: Vec<Pairs>,
}

impl Across {
    pub(super) fn new(weights: &Weights) -> Self {
        let weights_of = |pair: usize| {
            let tap = 2 * pair as isize;
            Pairs::splat(weights.tap(tap), weights.tap(tap + 1))
        };
        Self { weights: (0..=weights.reach()).map(weights_of).collect() }
    }

    /// Blurs one row of a band. `round` makes pixels of the sums.
    pub(super) fn fill<T: Copy>(
        &self,
        output: &mut [T],
        row: &[Wide],
        round: impl Fn([Sums; BLOCK]) -> [T; BLOCK],
    ) {
        let (blocks, rest) = output.as_chunks_mut();
        for (block, pixels) in blocks.iter_mut().enumerate() {
            *pixels = round(sums(&row[block * BLOCK..], &self.weights));
        }
        if !rest.is_empty() {
            let pixels = round(sums(&row[blocks.len() * BLOCK..], &self.weights));
            rest.copy_from_slice(&pixels[..rest.len()]);
        }
    }
}

/// The sums of four pixels, of which `row` begins with the outermost that the first looks at.
#[inline(always)]
fn sums(row: &[Wide], weights: &[Pairs]) -> [Sums; BLOCK] {
    let mut sums = [Sums::zero(); BLOCK];
    let paired = |two, next| TwoPixels::load(two).above(TwoPixels::load(next));
    let (twos, _) = row.as_chunks();
    let (nexts, _) = row[1..].as_chunks();
    // Two taps on, the third and fourth pixel look at what the first and second do here.
    let mut near = paired(&twos[0], &nexts[0]);
    for ((weights, two), next) in weights.iter().zip(&twos[1..]).zip(&nexts[1..]) {
        let far = paired(two, next);
        sums[0].add_products(near[0], *weights);
        sums[1].add_products(near[1], *weights);
        sums[2].add_products(far[0], *weights);
        sums[3].add_products(far[1], *weights);
        near = far;
    }
    sums
}
