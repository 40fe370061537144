//! From one level back to the one before.

use core::ops::Range;

use super::{
    super::super::rows::PIXEL,
    level::{LEFT, Level, Wide},
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
        Self(vec![[0; PIXEL]; columns])
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
        let (twos, last) = to.as_chunks_mut::<2>();
        for (two, near) in twos.iter_mut().zip(self.0.array_windows()) {
            *two = two_of::<3>(near);
        }
        if let ([last], Some(near)) = (last, self.0[twos.len()..].first_chunk()) {
            [*last, _] = two_of::<3>(near);
        }
    }

    /// Writes a row of the image.
    fn double_to_bytes(&self, to: &mut [[u8; PIXEL]]) {
        let pixels = &self.0[LEFT - 1..];
        let (fours, rest) = to.as_chunks_mut::<4>();
        for (index, four) in fours.iter_mut().enumerate() {
            let near: &[Wide; 4] = pixels[2 * index..].first_chunk().expect("a pixel behind");
            let [a, b, c, d] = *near;
            let [first, second] = two_of::<7>(&[a, b, c]);
            let [third, fourth] = two_of::<7>(&[b, c, d]);
            *four = [first, second, third, fourth].map(|pixel| pixel.map(|number| number as u8));
        }
        let pixels = pixels[2 * fours.len()..].array_windows();
        for (two, near) in rest.chunks_mut(2).zip(pixels) {
            let bytes = two_of::<7>(near).map(|pixel| pixel.map(|number| number as u8));
            two.copy_from_slice(&bytes[..two.len()]);
        }
    }
}

/// Two pixels of the larger level, where the smaller one has the middle of three and between that
/// and the last.
#[inline(always)]
fn two_of<const BITS: u32>([a, b, c]: &[Wide; 3]) -> [Wide; 2] {
    [
        core::array::from_fn(|channel| on::<BITS>(a[channel], b[channel], c[channel])),
        core::array::from_fn(|channel| between::<BITS>(b[channel], c[channel])),
    ]
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
