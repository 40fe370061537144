//! What the kernels should compute: whole images, one value after another, nothing clever.
//!
//! Tests compare the kernels with these, byte for byte; other test suites can do the same. All
//! have one shape: parameters, pixels (RGBA, row after row), width in pixels, and the result has
//! as many pixels. Parameters are not checked.
//!
//! # Panics
//! All of them, when the pixels are no whole number of rows.
//!
//! ```
//! use unjank_demo::kernels::{Median, NoParams, oracle};
//! use unjank_protocol::run_alone;
//!
//! let pixels: Vec<u8> = (0..=255).collect();
//! let expected = oracle::median(&NoParams {}, &pixels, 8);
//! assert_eq!(run_alone::<Median>(&NoParams {}, &pixels, 8 * 4)?, expected);
//! # Ok::<(), unjank_protocol::KernelError>(())
//! ```

use super::{
    Blur, NoParams, Tone,
    gaussian_blur::{BETWEEN, weights::Weights},
    luma,
    rows::PIXEL,
};

/// Values of an image: `i32`, so that what stands between two steps fits too.
struct Image {
    values: Vec<i32>,
    width: usize,
    height: usize,
}

impl Image {
    fn new(pixels: &[u8], width: usize) -> Self {
        let height = pixels.len().checked_div(width * PIXEL).unwrap_or(0);
        assert_eq!(pixels.len(), width * height * PIXEL, "pixels must be whole rows");
        Self { values: pixels.iter().map(|&value| i32::from(value)).collect(), width, height }
    }

    /// One value; past an edge, the edge's.
    fn at(&self, x: isize, y: isize, channel: usize) -> i32 {
        let x = x.clamp(0, self.width as isize - 1) as usize;
        let y = y.clamp(0, self.height as isize - 1) as usize;
        self.values[(y * self.width + x) * PIXEL + channel]
    }

    /// The image whose values are `value(x, y, channel)`.
    fn map(&self, value: impl Fn(isize, isize, usize) -> i32) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        for y in 0..self.height as isize {
            for x in 0..self.width as isize {
                values.extend((0..PIXEL).map(|channel| value(x, y, channel)));
            }
        }
        Self { values, ..*self }
    }

    /// As [`Image::map`] for the colours; alpha stays.
    fn map_colours(&self, value: impl Fn(isize, isize, usize) -> i32) -> Vec<u8> {
        let all = |x, y, channel| {
            if channel == 3 { self.at(x, y, channel) } else { value(x, y, channel) }
        };
        self.map(all).into_bytes()
    }

    fn luma(&self, x: isize, y: isize) -> i32 {
        let weighted = |channel| self.at(x, y, channel) * luma::WEIGHTS[channel].cast_signed();
        (weighted(0) + weighted(1) + weighted(2) + 128) >> 8
    }

    fn into_bytes(self) -> Vec<u8> {
        self.values.into_iter().map(|value| value as u8).collect()
    }
}

/// What [`GaussianBlur`](super::GaussianBlur) should compute.
#[must_use]
pub fn gaussian_blur(params: &Blur, pixels: &[u8], width: usize) -> Vec<u8> {
    let weights = Weights::new(params.sigma);
    let reach = weights.reach() as isize;
    let sum = |value: &dyn Fn(isize) -> i32| -> i32 {
        (-reach..=reach).map(|tap| i32::from(weights.tap(tap + reach)) * value(tap)).sum()
    };
    let round = |sum: i32, bits: u32| (sum + (1 << (bits - 1))) >> bits;

    let image = Image::new(pixels, width);
    let down = image.map(|x, y, channel| {
        round(sum(&|tap| image.at(x, y + tap, channel)), Weights::BITS - BETWEEN)
    });
    let across = down.map(|x, y, channel| {
        round(sum(&|tap| down.at(x + tap, y, channel)), Weights::BITS + BETWEEN)
    });
    across.into_bytes()
}

/// What [`Sobel`](super::Sobel) should compute.
#[must_use]
pub fn sobel(_params: &NoParams, pixels: &[u8], width: usize) -> Vec<u8> {
    const ACROSS: [i32; 9] = [-1, 0, 1, -2, 0, 2, -1, 0, 1];
    const DOWN: [i32; 9] = [-1, -2, -1, 0, 0, 0, 1, 2, 1];
    let image = Image::new(pixels, width);
    image.map_colours(|x, y, _| {
        let gradient = |weights: [i32; 9]| -> i32 {
            let around = (0..9).map(|place| image.luma(x + place % 3 - 1, y + place / 3 - 1));
            around.zip(weights).map(|(luma, weight)| luma * weight).sum()
        };
        let square = gradient(ACROSS).pow(2) + gradient(DOWN).pow(2);
        // Twice the root, so that rounding down leaves the half to round by.
        (((4 * square).isqrt() + 1) / 2).min(255)
    })
}

/// What [`ToneCurve`](super::ToneCurve) should compute.
#[must_use]
pub fn tone_curve(params: &Tone, pixels: &[u8], width: usize) -> Vec<u8> {
    let image = Image::new(pixels, width);
    image.map_colours(|x, y, channel| i32::from(params.apply(image.at(x, y, channel) as u8)))
}

/// What [`Grayscale`](super::Grayscale) should compute.
#[must_use]
pub fn grayscale(_params: &NoParams, pixels: &[u8], width: usize) -> Vec<u8> {
    let image = Image::new(pixels, width);
    image.map_colours(|x, y, _| image.luma(x, y))
}

/// What [`Median`](super::Median) should compute.
#[must_use]
pub fn median(_params: &NoParams, pixels: &[u8], width: usize) -> Vec<u8> {
    let image = Image::new(pixels, width);
    image.map_colours(|x, y, channel| {
        let mut around: Vec<i32> =
            (0..25).map(|index| image.at(x + index % 5 - 2, y + index / 5 - 2, channel)).collect();
        around.sort_unstable();
        around[12]
    })
}
