//! The Gaussian blur.

mod across;
mod band;
mod down;
pub(super) mod pyramid;
pub(super) mod weights;

use core::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use unjank_protocol::{Context, Docs, Kernel, KernelError, Output};

use self::{across::Across, band::Band, down::Down, pyramid::Pyramid, weights::Weights};
use super::{
    PIXELS,
    lanes::Sums,
    rows::{PIXEL, Rows},
};

/// Fractional bits that a pixel has between the two passes: together with its eight whole bits,
/// all that a signed 16-bit number holds.
pub(super) const BETWEEN: u32 = 7;

/// Blurs with a Gaussian, in integers and with a finite reach, so that a tiled image equals the
/// whole one byte for byte.
///
/// A sigma below 3 is weighed directly: the taps are cut off at three standard deviations and have
/// 15 fractional bits. The filter is separable and runs down the columns first, into 16-bit numbers
/// and sixteen rows at a time, then across those rows. Whatever the image, the result differs by
/// less than 1.2 (of 255) from a Gaussian of the same reach counted in real numbers; 0.5 of it is
/// the rounding to a byte.
///
/// A wider one is computed on an image of half, a quarter or an eighth of the size, which is made
/// and enlarged again with cubic B-splines (Burt and Adelson's pyramid). What a pixel costs does
/// not grow with sigma then; what a chunk's halo costs does. Whatever the image, the result
/// differs by less than 2.2 from an endless Gaussian, which is also what direct taps are good for:
/// most of it is what lies behind three standard deviations. A recursive filter would never end,
/// and neither would its halo.
///
/// A flat image stays as it is. Alpha is blurred as a channel of its own, so the colours should be
/// premultiplied where it varies.
///
/// Direct taps need about 32 bytes besides the output for each byte of a row; smaller images are
/// held whole, 16-bit, and the result takes the place of the input.
///
/// ```
/// use unjank_demo::kernels::{Blur, GaussianBlur};
/// use unjank_protocol::run_alone;
///
/// // One white pixel in a row of three.
/// let row = [[0; 4], [255; 4], [0; 4]].concat();
/// let blurred = run_alone::<GaussianBlur>(&Blur { sigma: 0.5 }, &row, 12)?;
/// assert_eq!(blurred, [[27; 4], [201; 4], [27; 4]].concat());
/// # Ok::<(), unjank_protocol::KernelError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct GaussianBlur;

/// What a [`GaussianBlur`] can be told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Blur {
    /// Standard deviation in pixels, within [`Blur::SIGMA`].
    pub sigma: f32,
}

impl Blur {
    /// The sigmas that can be computed.
    pub const SIGMA: RangeInclusive<f32> = 0.5..=100.0;

    fn is_valid(&self) -> bool {
        Self::SIGMA.contains(&self.sigma)
    }
}

impl Kernel for GaussianBlur {
    const NAME: &'static str = "gaussian_blur";
    const DOCS: Docs = Docs::new("Blurs with a Gaussian; sigma, in pixels, is 0.5 to 100.")
        .params("{ sigma: number }")
        .result(PIXELS);
    type Params = Blur;

    fn halo(params: &Blur) -> u32 {
        if !params.is_valid() {
            return 0;
        }
        let direct = || weights::reach(params.sigma.into());
        Pyramid::new(params.sigma).map_or_else(direct, Pyramid::reach)
    }

    fn run(
        params: &Blur,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        if !params.is_valid() {
            let (least, most) = (Blur::SIGMA.start(), Blur::SIGMA.end());
            let message = format!("sigma is {}: choose {least} to {most} pixels", params.sigma);
            return Err(KernelError::params(message));
        }
        let window = cx.window();
        let rows = Rows::new(input, window, Self::halo(params))?;
        if rows.core_len() == 0 {
            output.fill(0);
        } else if let Some(pyramid) = Pyramid::new(params.sigma) {
            // By then the input has been read, and its memory is warm.
            let blurred = pyramid.blur(&rows, window.start as usize);
            blurred.draw(&mut input[window.core_bytes()]);
            output.keep_input(window.core_bytes());
        } else {
            blur(&Weights::new(params.sigma.into()), &rows, output.fill(rows.core_len()));
        }
        Ok(())
    }
}

fn blur(weights: &Weights, rows: &Rows<'_>, output: &mut [u8]) {
    let stride = rows.stride();
    let mut down = Down::new(weights);
    let across = Across::new(weights);
    let mut band = Band::new(stride / PIXEL, weights.reach());
    for (index, output) in output.chunks_mut(Band::ROWS * stride).enumerate() {
        let (first, height) = (index * Band::ROWS, output.len() / stride);
        down.fill::<{ Weights::BITS - BETWEEN }>(&mut band, rows, first as isize, height);
        for (row, output) in output.chunks_exact_mut(stride).enumerate() {
            across.fill(
                output.as_chunks_mut().0,
                band.row(row),
                Sums::round_to_bytes::<{ Weights::BITS + BETWEEN }>,
            );
        }
    }
}
