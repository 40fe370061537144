//! From one level back to the one before.

use core::ops::Range;

use super::{
    super::{
        super::{lanes::TwoPixels, rows::PIXEL},
        band::Wide,
    },
    level::{LEFT, Level},
};

/// The rows of the smaller level that are looked at for these rows.
pub(super) fn needed(wanted: &Range<isize>) -> Range<isize> {
    (wanted.start - 1).div_euclid(2)..(wanted.end + 3).div_euclid(2)
}

/// Rows of a level, from those of the smaller one that they need.
pub(super) fn level(smaller: &Level, wanted: Range<isize>, columns: usize) -> Level {
    let mut doubled = Level::new(&wanted, columns);
    let mut line = Line::new(smaller.columns());
    for (index, to) in wanted.zip(doubled.rows_mut()) {
        line.fill(smaller, index);
        line.double(to);
    }
    doubled
}

/// Rows of the image, from those of the first level that they need.
pub(super) fn bytes(smaller: &Level, wanted: Range<isize>, output: &mut [u8]) {
    let mut line = Line::new(smaller.columns());
    let stride = output.len() / wanted.len();
    for (index, to) in wanted.zip(output.chunks_exact_mut(stride)) {
        line.fill(smaller, index);
        line.double_to_bytes(to.as_chunks_mut().0);
    }
}

/// A row that is doubled downwards and not yet across.
#[derive(Debug)]
struct Line(Vec<Wide>);

impl Line {
    fn new(columns: usize) -> Self {
        // Four pixels are made of four, and the last of them may be one too many.
        Self(vec![[0; PIXEL]; columns + 2])
    }

    /// Takes the `index`-th row of the larger level.
    fn fill(&mut self, smaller: &Level, index: isize) {
        let near = index.div_euclid(2);
        let row = |index| smaller.row(index).as_flattened();
        let (here, below) = (row(near), row(near + 1));
        let to = self.0.as_flattened_mut().iter_mut();
        if index % 2 == 0 {
            let rows = row(near - 1).iter().zip(here).zip(below);
            for (to, ((above, here), below)) in to.zip(rows) {
                *to = on::<3>(*above, *here, *below);
            }
        } else {
            for (to, (here, below)) in to.zip(here.iter().zip(below)) {
                *to = between::<3>(*here, *below);
            }
        }
    }

    /// Writes a row of a level. It begins [`LEFT`] pixels left of the image, which is where the
    /// second pixel of the smaller level is, and that has its neighbours.
    fn double(&self, to: &mut [Wide]) {
        write(to, |four| {
            let [low, high] = four_of::<3>(&self.0[2 * four..]);
            let ([a, b], [c, d]) = (low.store(), high.store());
            [a, b, c, d]
        });
    }

    /// Writes a row of the image.
    fn double_to_bytes(&self, to: &mut [[u8; PIXEL]]) {
        write(to, |four| {
            let [low, high] = four_of::<7>(&self.0[2 * four + LEFT - 1..]);
            low.bytes(high)
        });
    }
}

/// Writes pixels four by four.
fn write<T: Copy>(to: &mut [T], four: impl Fn(usize) -> [T; 4]) {
    let (fours, rest) = to.as_chunks_mut();
    for (index, to) in fours.iter_mut().enumerate() {
        *to = four(index);
    }
    if !rest.is_empty() {
        rest.copy_from_slice(&four(fours.len())[..rest.len()]);
    }
}

/// Four pixels of the larger level, of which the first is where the smaller one has the second of
/// `near`.
#[inline(always)]
fn four_of<const BITS: u32>(near: &[Wide]) -> [TwoPixels; 2] {
    let [first, second, third, fourth] = near.first_chunk().expect("a pixel behind");
    let two = |first: &Wide, second: &Wide| TwoPixels::load(&[*first, *second]);
    let (a, b, c) = (two(first, second), two(second, third), two(third, fourth));
    let on = a.plus(b.times(6)).plus(c).rounded::<BITS>();
    let between = b.plus(c).times(4).rounded::<BITS>();
    [on.firsts(between), on.seconds(between)]
}

/// Where the smaller level has the number `b`. `BITS` are left out of the sum, of which the
/// weights made three, rounded half up.
#[inline(always)]
const fn on<const BITS: u32>(a: u16, b: u16, c: u16) -> u16 {
    (a + 6 * b + c + (1 << BITS >> 1)) >> BITS
}

/// Where the smaller level has nothing, between `a` and `b`; else as [`on`].
#[inline(always)]
const fn between<const BITS: u32>(a: u16, b: u16) -> u16 {
    (4 * (a + b) + (1 << BITS >> 1)) >> BITS
}
