//! Smaller pictures.

use core::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use unjank_protocol::{Context, Docs, Kernel, KernelError, Output, Window};

use super::{
    PIXELS,
    rows::{self, PIXEL, Pixel, Rows},
};

/// Shrinks by a whole factor: each pixel of the result is the mean, channel by channel and rounded
/// half up, of the box of `factor` by `factor` pixels that it covers. At the right and lower edge
/// of the image a box has the pixels that are there and no others, so the result is
/// `ceil(width / factor)` wide and `ceil(height / factor)` high.
///
/// A chunk answers for the boxes whose first row is in its core: for as many rows of the result as
/// there are multiples of the factor among its rows, often fewer than others and sometimes none.
/// Joined in order, results of chunks are that of the whole image, however it is cut.
///
/// Alpha is a channel of its own, so the colours should be premultiplied where it varies. The
/// factor 1 changes nothing.
///
/// Works in place: a row of the result is written over rows of which the box has been read.
///
/// ```
/// use unjank_demo::kernels::{Scale, Shrink};
/// use unjank_protocol::run_alone;
///
/// // Three pixels in a row: the last is alone in its box.
/// let row = [[10, 20, 30, 255], [11, 40, 30, 0], [7, 8, 9, 10]].concat();
/// let half = run_alone::<Shrink>(&Scale { factor: 2 }, &row, 12)?;
/// assert_eq!(half, [[11, 30, 30, 128], [7, 8, 9, 10]].concat());
/// # Ok::<(), unjank_protocol::KernelError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Shrink;

/// What a [`Shrink`] can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// Pixels along each side of a box, within [`Scale::FACTOR`].
    pub factor: u32,
}

impl Scale {
    /// The factors that can be computed: the values of a box add up to 16 bits.
    pub const FACTOR: RangeInclusive<u32> = 1..=16;

    fn is_valid(&self) -> bool {
        Self::FACTOR.contains(&self.factor)
    }
}

/// What some pixels add up to, channel by channel: at most 16 * 16 * 255.
type Sums = [u16; PIXEL];

/// Bytes of a row that are added up together: the sums stay in registers.
const STRIP: usize = 64;

impl Kernel for Shrink {
    const NAME: &'static str = "shrink";
    const DOCS: Docs = Docs::new(
        "Shrinks by a whole factor, 1 to 16: each pixel is the mean of those it covers, alpha too.",
    )
    .params("{ factor: number }")
    .result(PIXELS);
    type Params = Scale;

    fn halo(params: &Scale) -> u32 {
        if params.is_valid() { params.factor - 1 } else { 0 }
    }

    fn run(
        params: &Scale,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        if !params.is_valid() {
            let (least, most) = (Scale::FACTOR.start(), Scale::FACTOR.end());
            let message = format!("factor is {}: choose {least} to {most}", params.factor);
            return Err(KernelError::params(message));
        }
        let window = cx.window();
        let is_empty = Rows::new(input, window, Self::halo(params))?.core_len() == 0;
        let core = window.core_bytes();
        let length =
            if is_empty || params.factor == 1 { core.len() } else { shrink(input, window, params) };
        output.keep_input(core.start..core.start + length);
        Ok(())
    }
}

/// Writes the result to the beginning of the core. Returns its length.
///
/// No row of the result is longer than one of the image, so each is written over rows that have
/// been read.
fn shrink(input: &mut [u8], window: Window, &Scale { factor }: &Scale) -> usize {
    let stride = window.stride as usize;
    let core = window.core_bytes().start;
    let mut boxes = Boxes::new(stride, factor as usize);
    let mut end = core;
    for row in first_rows(window, factor) {
        let height = factor.min(window.total - window.start - row) as usize;
        boxes.add(&input[core + row as usize * stride..][..height * stride]);
        let output = &mut input[end..end + boxes.output_len()];
        boxes.draw(output.as_chunks_mut().0, height);
        end += boxes.output_len();
    }
    end - core
}

/// The rows of the core with which boxes begin, counted from its first.
fn first_rows(window: Window, factor: u32) -> impl Iterator<Item = u32> {
    let inside = window.start % factor;
    let first = if inside == 0 { 0 } else { factor - inside };
    (first..window.core).step_by(factor as usize)
}

/// Boxes next to each other, and what their pixels add up to.
#[derive(Debug)]
struct Boxes {
    /// Bytes of a row of the image.
    stride: usize,
    /// Columns of a box.
    factor: usize,
    /// Sums of what is below each other, and something behind to fill the last strip.
    columns: Vec<u16>,
    sums: Vec<Sums>,
}

impl Boxes {
    /// For rows of `stride` bytes.
    fn new(stride: usize, factor: usize) -> Self {
        Self {
            stride,
            factor,
            columns: vec![0; stride.next_multiple_of(STRIP)],
            sums: vec![Sums::default(); (stride / PIXEL).div_ceil(factor)],
        }
    }

    /// Bytes of a row of the result.
    const fn output_len(&self) -> usize {
        self.sums.len() * PIXEL
    }

    /// Adds up the rows of boxes.
    fn add(&mut self, rows: &[u8]) {
        for (index, strip) in self.columns.as_chunks_mut().0.iter_mut().enumerate() {
            *strip = add_strips(rows, self.stride, index * STRIP);
        }
        let columns = self.columns[..self.stride].as_chunks().0;
        // Written out for boxes so small that a loop would cost more than what it adds.
        match self.factor {
            2 => add_columns(&mut self.sums, columns, 2),
            3 => add_columns(&mut self.sums, columns, 3),
            4 => add_columns(&mut self.sums, columns, 4),
            factor => add_columns(&mut self.sums, columns, factor),
        }
    }

    /// Writes the means of boxes of `height` rows.
    fn draw(&self, output: &mut [Pixel], height: usize) {
        let mean = Mean::of(self.factor * height);
        for (value, sum) in output.as_flattened_mut().iter_mut().zip(self.sums.as_flattened()) {
            *value = mean.divide(*sum);
        }
        let cut = self.stride / PIXEL % self.factor;
        if let (1.., [.., pixel], [.., sums]) = (cut, output, &self.sums[..]) {
            *pixel = sums.map(|sum| Mean::of(cut * height).divide(sum));
        }
    }
}

/// What the bytes from `start` of all rows add up to.
#[inline(always)]
fn add_strips(rows: &[u8], stride: usize, start: usize) -> [u16; STRIP] {
    let mut sums = [0; STRIP];
    for row in rows.chunks_exact(stride) {
        let values: [u8; STRIP] = rows::strip(row, start);
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += u16::from(value);
        }
    }
    sums
}

/// Adds up the columns of each box. The last may have fewer.
#[inline(always)]
fn add_columns(sums: &mut [Sums], columns: &[Sums], factor: usize) {
    let whole = columns.chunks_exact(factor);
    let cut = whole.remainder();
    for (sums, columns) in sums.iter_mut().zip(whole) {
        *sums = total(columns);
    }
    if let ([_, ..], [.., sums]) = (cut, sums) {
        *sums = total(cut);
    }
}

/// Adds up all four channels at once, as parts of one number: none of them outgrows its part.
#[inline(always)]
fn total(columns: &[Sums]) -> Sums {
    let total: u64 = columns
        .iter()
        .map(|sums| sums.iter().rev().fold(0, |all, &sum| (all << 16) | u64::from(sum)))
        .sum();
    core::array::from_fn(|channel| (total >> (16 * channel)) as u16)
}

/// Divides the sum of so many bytes by their number, rounding half up.
#[derive(Debug, Clone, Copy)]
struct Mean {
    half: u32,
    /// With [`Mean::BITS`] fractional bits, rounded up.
    inverse: u32,
}

impl Mean {
    /// So many that the mean is the upper byte of a product, and that what the inverse is too
    /// large by never takes a mean of up to 256 bytes to the next whole number.
    const BITS: u32 = 24;

    const fn of(count: usize) -> Self {
        let count = count as u32;
        Self { half: count / 2, inverse: (1_u32 << Self::BITS).div_ceil(count) }
    }

    #[inline(always)]
    const fn divide(self, sum: u16) -> u8 {
        (((sum as u32 + self.half) * self.inverse) >> Self::BITS) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sum_is_divided_exactly() {
        for count in 1..=256_u32 {
            let mean = Mean::of(count as usize);
            for sum in 0..=255 * count {
                let exact = (2 * sum + count) / (2 * count);
                assert_eq!(u32::from(mean.divide(sum as u16)), exact, "{sum} / {count}");
            }
        }
    }
}
