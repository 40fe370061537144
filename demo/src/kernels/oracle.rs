//! What the kernels should compute: whole images, one value after another, nothing clever.
//!
//! Tests compare the kernels with these, byte for byte; other test suites can do the same. All
//! have one shape: parameters, pixels (RGBA, row after row), width in pixels, and the result has
//! as many pixels, except those of [`shrink`] and [`crop`]. Parameters are not checked.
//!
//! # Panics
//! All of them, when the pixels are no whole number of rows; [`shrink`] also when the factor is 0.
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
    Blur, Columns, NoParams, Scale, Tone,
    gaussian_blur::{BETWEEN, pyramid::Pyramid, weights::Weights},
    luma,
    rows::PIXEL,
};

/// Values of an image: `i32`, so that what stands between two steps fits too.
struct Image {
    values: Vec<i32>,
    /// Where the first value is.
    left: isize,
    top: isize,
    width: usize,
    height: usize,
}

impl Image {
    fn new(pixels: &[u8], width: usize) -> Self {
        let height = pixels.len().checked_div(width * PIXEL).unwrap_or(0);
        assert_eq!(pixels.len(), width * height * PIXEL, "pixels must be whole rows");
        let values = pixels.iter().map(|&value| i32::from(value)).collect();
        Self { values, left: 0, top: 0, width, height }
    }

    /// One value; past an edge, the edge's.
    fn at(&self, x: isize, y: isize, channel: usize) -> i32 {
        let x = (x - self.left).clamp(0, self.width as isize - 1) as usize;
        let y = (y - self.top).clamp(0, self.height as isize - 1) as usize;
        self.values[(y * self.width + x) * PIXEL + channel]
    }

    /// The image of the same size whose values are `value(x, y, channel)`.
    fn map(&self, value: impl Fn(isize, isize, usize) -> i32) -> Self {
        Self { values: Vec::new(), ..*self }.filled(value)
    }

    /// The same, having been given another size.
    fn filled(mut self, value: impl Fn(isize, isize, usize) -> i32) -> Self {
        for y in self.top..self.top + self.height as isize {
            for x in self.left..self.left + self.width as isize {
                self.values.extend((0..PIXEL).map(|channel| value(x, y, channel)));
            }
        }
        self
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
    let image = Image::new(pixels, width);
    if image.values.is_empty() {
        return Vec::new();
    }
    let blurred = match Pyramid::new(params.sigma) {
        None => {
            let weights = Weights::new(params.sigma.into());
            let bits = [Weights::BITS - BETWEEN, Weights::BITS + BETWEEN];
            weigh_around(&image, &weights, bits)
        }
        Some(Pyramid { steps, sigma }) => blur_levels(image, steps, &Weights::new(sigma)),
    };
    blurred.into_bytes()
}

/// Weighs all around each value: down, leaving the first number of bits out of the sums, and
/// across, leaving out the second.
fn weigh_around(image: &Image, weights: &Weights, [first, second]: [u32; 2]) -> Image {
    let reach = weights.reach() as isize;
    let sum = |value: &dyn Fn(isize) -> i32| -> i32 {
        (-reach..=reach).map(|tap| i32::from(weights.tap(tap + reach)) * value(tap)).sum()
    };
    let down = image.map(|x, y, channel| round(sum(&|tap| image.at(x, y + tap, channel)), first));
    down.map(|x, y, channel| round(sum(&|tap| down.at(x + tap, y, channel)), second))
}

const fn round(sum: i32, bits: u32) -> i32 {
    (sum + (1 << bits >> 1)) >> bits
}

/// Halves the image, blurs what is left, and doubles it again.
fn blur_levels(image: Image, steps: u32, weights: &Weights) -> Image {
    let mut levels = vec![image];
    for step in 0..steps {
        // From eight bits to twelve first, and from twelve to twelve ever after.
        let halved = halve(&levels[step as usize], if step == 0 { 0 } else { 4 });
        levels.push(halved);
    }
    let last = levels.pop().expect("the image at least");
    // From twelve bits to fifteen and back.
    let bits = [Weights::BITS + 4 - BETWEEN, Weights::BITS + BETWEEN - 4];
    let blurred = weigh_around(&last, weights, bits);
    (0..steps).rev().zip(levels.iter().rev()).fold(blurred, |blurred, (step, like)| {
        double(&blurred, like, if step == 0 { 7 } else { 3 })
    })
}

/// Every other pixel, each weighed with two neighbours on all sides, as far as they differ from
/// each other. Two more at the left and top, where doubling will look. `bits` are left out of the
/// sums downwards.
fn halve(image: &Image, bits: u32) -> Image {
    let weigh = |value: &dyn Fn(isize) -> i32| {
        value(-2) + 4 * value(-1) + 6 * value(0) + 4 * value(1) + value(2)
    };
    let length = |first: isize, length: usize| {
        let last = (first + length as isize + 2) / 2;
        (last + 3) as usize
    };
    let width = length(image.left, image.width);
    let height = length(image.top, image.height);
    let down = Image { values: Vec::new(), top: -2, height, ..*image }
        .filled(|x, y, channel| round(weigh(&|tap| image.at(x, 2 * y + tap, channel)), bits));
    Image { values: Vec::new(), left: -2, width, ..down }
        .filled(|x, y, channel| round(weigh(&|tap| down.at(2 * x + tap, y, channel)), 4))
}

/// An image of the size of `like`, in which the pixels of this one are every other. `bits` are
/// left out of the last sums.
fn double(image: &Image, like: &Image, bits: u32) -> Image {
    let weigh = |index: isize, value: &dyn Fn(isize) -> i32| {
        let near = index.div_euclid(2);
        match index.rem_euclid(2) {
            0 => value(near - 1) + 6 * value(near) + value(near + 1),
            _ => 4 * (value(near) + value(near + 1)),
        }
    };
    let down = Image { values: Vec::new(), top: like.top, height: like.height, ..*image }
        .filled(|x, y, channel| round(weigh(y, &|near| image.at(x, near, channel)), 3));
    Image { values: Vec::new(), left: like.left, width: like.width, ..down }
        .filled(|x, y, channel| round(weigh(x, &|near| down.at(near, y, channel)), bits))
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

/// What [`Shrink`](super::Shrink) should compute: `ceil(width / factor)` pixels in a row, and
/// `ceil(height / factor)` rows.
#[must_use]
pub fn shrink(params: &Scale, pixels: &[u8], width: usize) -> Vec<u8> {
    let image = Image::new(pixels, width);
    let factor = params.factor as usize;
    let covered = |index: isize, length: usize| {
        let first = index * factor as isize;
        first..(first + factor as isize).min(length as isize)
    };
    let (width, height) = (image.width.div_ceil(factor), image.height.div_ceil(factor));
    Image { values: Vec::new(), width, height, ..image }
        .filled(|x, y, channel| {
            let (across, down) = (covered(x, image.width), covered(y, image.height));
            let count = (across.len() * down.len()) as i32;
            let sum: i32 = down
                .flat_map(|y| across.clone().map(move |x| (x, y)))
                .map(|(x, y)| image.at(x, y, channel))
                .sum();
            (2 * sum + count) / (2 * count)
        })
        .into_bytes()
}

/// What [`Crop`](super::Crop) should compute: `params.width` pixels in a row, and as many rows.
#[must_use]
pub fn crop(params: &Columns, pixels: &[u8], width: usize) -> Vec<u8> {
    let image = Image::new(pixels, width);
    let left = params.left as isize;
    Image { values: Vec::new(), width: params.width as usize, ..image }
        .filled(|x, y, channel| image.at(left + x, y, channel))
        .into_bytes()
}
