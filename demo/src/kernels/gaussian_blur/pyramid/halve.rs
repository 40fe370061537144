//! From one level to the next.

use core::ops::Range;

use super::{
    super::{
        super::{lanes::TwoPixels, rows::PIXEL},
        band::Wide,
    },
    Source,
    level::{LEFT, Level},
};

/// The rows that are looked at for these rows of the next level.
pub(super) fn needed(wanted: &Range<isize>) -> Range<isize> {
    2 * wanted.start - 2..2 * wanted.end + 1
}

/// Rows of the first level.
pub(super) fn bytes(source: &Source<'_>, wanted: Range<isize>, columns: usize) -> Level {
    let mut halved = Level::new(&wanted, columns);
    let mut line = Line::new(2 + 2 * LEFT, columns);
    for (index, to) in wanted.zip(halved.rows_mut()) {
        let around = |down| source.row(2 * index + down).as_chunks().0;
        // A byte is eight bits and the weights add four, which are the 16ths.
        line.fill::<u8, 0>([around(-2), around(-1), around(0), around(1), around(2)]);
        line.halve(to);
    }
    halved
}

/// Rows of a level, from those of the one before that they need.
pub(super) fn level(larger: &Level, wanted: Range<isize>, columns: usize) -> Level {
    let mut halved = Level::new(&wanted, columns);
    let mut line = Line::new(2 + LEFT, columns);
    for (index, to) in wanted.zip(halved.rows_mut()) {
        let around = |down| larger.row(2 * index + down);
        line.fill::<u16, 4>([around(-2), around(-1), around(0), around(1), around(2)]);
        line.halve(to);
    }
    halved
}

/// A row that is halved downwards and not yet across, with copies of its ends on either side.
#[derive(Debug)]
struct Line {
    before: usize,
    pixels: Vec<Wide>,
}

impl Line {
    /// With `before` pixels in front of the row, for the `columns` pixels that are made of it.
    fn new(before: usize, columns: usize) -> Self {
        // Pixels are made two by two, of seven, and eight are read.
        let length = 2 * columns.next_multiple_of(2) + 4;
        Self { before, pixels: vec![[0; PIXEL]; length] }
    }

    /// Weighs five rows. `BITS` are left out of the sums, rounded half up.
    fn fill<T: Copy + Into<u16>, const BITS: u32>(&mut self, around: [&[[T; PIXEL]]; 5]) {
        let [a, b, c, d, e] = around.map(<[[T; PIXEL]]>::as_flattened);
        let width = a.len() / PIXEL;
        let (_, inner) = self.pixels.split_at_mut(self.before);
        let (inner, behind) = inner.split_at_mut(width);
        let rows = a.iter().zip(b).zip(c).zip(d).zip(e);
        for (to, ((((a, b), c), d), e)) in inner.as_flattened_mut().iter_mut().zip(rows) {
            let [a, b, c, d, e] = [*a, *b, *c, *d, *e].map(Into::into);
            *to = weigh::<BITS>(a, b, c, d, e);
        }
        behind.fill(inner[width - 1]);
        let first = inner[0];
        self.pixels[..self.before].fill(first);
    }

    /// Weighs five neighbours for each pixel of `to`.
    fn halve(&self, to: &mut [Wide]) {
        let (twos, last) = to.as_chunks_mut();
        for (index, two) in twos.iter_mut().enumerate() {
            *two = self.two(index);
        }
        if let [last] = last {
            [*last, _] = self.two(twos.len());
        }
    }

    /// Two neighbours of the next level.
    #[inline(always)]
    fn two(&self, index: usize) -> [Wide; 2] {
        let near: &[Wide; 8] = self.pixels[4 * index..].first_chunk().expect("a pixel behind");
        let twos: [TwoPixels; 4] =
            core::array::from_fn(|two| TwoPixels::load(&near.as_chunks().0[two]));
        let [a, b, c, d] = twos;
        let near = a.firsts(b).plus(c.firsts(d));
        let sides = a.seconds(b).plus(b.seconds(c));
        let sum = near.plus(sides.times(4)).plus(b.firsts(c).times(6));
        sum.rounded::<4>().store()
    }
}

/// At most sixteen times the greatest of the numbers, which are of 12 bits, so the sum is of 16.
#[inline(always)]
fn weigh<const BITS: u32>(a: u16, b: u16, c: u16, d: u16, e: u16) -> u16 {
    (a + e + 4 * (b + d) + 6 * c + (1 << BITS >> 1)) >> BITS
}
