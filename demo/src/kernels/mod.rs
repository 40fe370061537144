//! The filters, as kernels: pure functions over rows of RGBA pixels, one byte per channel.
//!
//! The unit of chunked work is a row, so the stride is four times the width in pixels. Past the
//! edges of an image its edge pixels are repeated, in both directions; [`Shrink`] alone looks no
//! further than the edges. Every kernel gives the same bytes however its image is cut, which is why
//! they count in integers.
//!
//! | kernel | name | parameters | halo | alpha |
//! |---|---|---|---|---|
//! | [`GaussianBlur`] | `gaussian_blur` | [`Blur`] | three sigma, and a little more | blurred as the colours are |
//! | [`Sobel`] | `sobel` | [`NoParams`] | 1, in place | kept |
//! | [`ToneCurve`] | `tone_curve` | [`Tone`] | 0, in place | kept |
//! | [`Grayscale`] | `grayscale` | [`NoParams`] | 0, in place | kept |
//! | [`Median`] | `median` | [`NoParams`] | 2 | kept |
//! | [`Shrink`] | `shrink` | [`Scale`] | factor - 1, in place | averaged as the colours are |
//! | [`Crop`] | `crop` | [`Columns`] | 0, in place | kept |
//!
//! What each should compute is written once more in [`oracle`], without any care for speed.
//!
//! # Errors
//! Parameters out of range, or that do not fit the width of a row, are refused with
//! `KernelError::Params`, an input that does not fit its window with `KernelError::Failed`:
//!
//! | code | meaning |
//! |---|---|
//! | 1 | the stride is no multiple of 4 |
//! | 2 | the input has another length than the window describes |
//! | 3 | the window reaches out of its image |
//! | 4 | the window has fewer rows of halo than the kernel needs |

mod crop;
mod gaussian_blur;
mod grayscale;
mod lanes;
mod luma;
mod median;
pub mod oracle;
mod rows;
mod shrink;
mod sobel;
mod tone_curve;

use serde::{Deserialize, Serialize};

pub use self::{
    crop::{Columns, Crop},
    gaussian_blur::{Blur, GaussianBlur},
    grayscale::Grayscale,
    median::Median,
    shrink::{Scale, Shrink},
    sobel::Sobel,
    tone_curve::{Tone, ToneCurve},
};

/// The TypeScript of what the kernels make.
const PIXELS: &str = "Uint8Array";

/// The parameters of a kernel that has nothing to choose: `{}` in JavaScript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoParams {}
