//! The median of a neighbourhood.

mod network;

use unjank_protocol::{Context, Docs, Kernel, KernelError, Output};

use self::network::{SIDE, median_of_sorted_columns, sort_column};
use super::{
    NoParams, PIXELS,
    rows::{self, PIXEL, Rows},
};

/// Replaces every colour value by the median of the 5 by 5 around it, channel by channel: noise
/// goes, edges stay. Keeps alpha.
///
/// Columns of five are sorted once and serve five pixels; their median is then found by a fixed
/// network of comparisons, which is the same for all pixels and therefore runs on sixteen bytes at
/// a time.
///
/// ```
/// use unjank_demo::kernels::{Median, NoParams};
/// use unjank_protocol::run_alone;
///
/// // A single bright pixel disappears.
/// let row = [[7, 7, 7, 255], [99, 99, 99, 255], [7, 7, 7, 255]].concat();
/// assert_eq!(run_alone::<Median>(&NoParams {}, &row, 12)?, [7, 7, 7, 255].repeat(3));
/// # Ok::<(), unjank_protocol::KernelError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Median;

/// Rows and pixels to look at on either side.
const REACH: usize = SIDE / 2;

/// Bytes of the neighbours on either side.
const MARGIN: usize = REACH * PIXEL;

/// Bytes of a row that are worked on together, in loops so plain that LLVM makes `pminub` and
/// `i8x16.min_u` of them.
const BLOCK: usize = 64;

impl Kernel for Median {
    const NAME: &'static str = "median";
    const HALO: Option<u32> = Some(REACH as u32);
    const DOCS: Docs = Docs::new(
        "Replaces every colour value by the median of the 5 by 5 around it. Keeps alpha.",
    )
    .params("{}")
    .result(PIXELS);
    type Params = NoParams;

    fn run(
        params: &NoParams,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        let rows = Rows::new(input, cx.window(), Self::halo(params))?;
        let output = output.fill(rows.core_len());
        if !output.is_empty() {
            let mut columns = Columns::new(rows.stride());
            for (index, output) in output.chunks_exact_mut(rows.stride()).enumerate() {
                columns.sort(&rows, index);
                columns.fill(output);
                keep_alpha(output, rows.below(index, 0));
            }
        }
        Ok(())
    }
}

fn keep_alpha(output: &mut [u8], row: &[u8]) {
    let pixels = output.as_chunks_mut::<PIXEL>().0.iter_mut();
    for (to, pixel) in pixels.zip(row.as_chunks::<PIXEL>().0) {
        let colours = u32::from_le_bytes(*to) & 0x00ff_ffff;
        let alpha = u32::from_le_bytes(*pixel) & 0xff00_0000;
        *to = (colours | alpha).to_le_bytes();
    }
}

/// The sorted columns along one row: of every byte the least, the second, up to the greatest of
/// the five above and below it. The ends repeat the first and last pixel, and there are zeros
/// behind to fill the last block.
#[derive(Debug)]
struct Columns {
    stride: usize,
    ranks: [Vec<u8>; SIDE],
}

impl Columns {
    /// For rows of `stride` bytes.
    fn new(stride: usize) -> Self {
        let length = stride.next_multiple_of(BLOCK) + 2 * MARGIN;
        Self { stride, ranks: core::array::from_fn(|_| vec![0; length]) }
    }

    /// Sorts the columns around the `index`-th core row.
    fn sort(&mut self, rows: &Rows<'_>, index: usize) {
        let around: [&[u8]; SIDE] =
            core::array::from_fn(|row| rows.below(index, row as isize - REACH as isize));
        for start in (0..self.stride).step_by(BLOCK) {
            let mut block = around.map(|row| rows::strip(row, start));
            sort_block(&mut block);
            for (rank, sorted) in self.ranks.iter_mut().zip(block) {
                rank[MARGIN + start..][..BLOCK].copy_from_slice(&sorted);
            }
        }
        for rank in &mut self.ranks {
            repeat_ends(&mut rank[..self.stride + 2 * MARGIN]);
        }
    }

    /// Writes the medians.
    fn fill(&self, output: &mut [u8]) {
        let (blocks, rest) = output.as_chunks_mut();
        for (index, block) in blocks.iter_mut().enumerate() {
            self.fill_block(index, block);
        }
        if !rest.is_empty() {
            let mut block = [0; BLOCK];
            self.fill_block(blocks.len(), &mut block);
            rest.copy_from_slice(&block[..rest.len()]);
        }
    }

    fn fill_block(&self, index: usize, block: &mut [u8; BLOCK]) {
        let near = self.ranks.each_ref().map(|rank| &rank[index * BLOCK..][..BLOCK + 2 * MARGIN]);
        for (byte, median) in block.iter_mut().enumerate() {
            let columns = core::array::from_fn(|column| {
                core::array::from_fn(|rank| near[rank][byte + column * PIXEL])
            });
            *median = median_of_sorted_columns(columns);
        }
    }
}

fn repeat_ends(rank: &mut [u8]) {
    let (pixels, _) = rank.as_chunks_mut::<PIXEL>();
    let last = pixels.len() - 1;
    let (left, right) = (pixels[REACH], pixels[last - REACH]);
    pixels[..REACH].fill(left);
    pixels[last + 1 - REACH..].fill(right);
}

fn sort_block(block: &mut [[u8; BLOCK]; SIDE]) {
    for byte in 0..BLOCK {
        let mut column = core::array::from_fn(|row| block[row][byte]);
        sort_column(&mut column);
        for (row, sorted) in block.iter_mut().zip(column) {
            row[byte] = sorted;
        }
    }
}
