//! The kernels that the documents only name, in a package.

use serde::{Deserialize, Serialize};
use unjank_worker::{Context, kernel, kernels};

/// What is seen of the set.
#[derive(Serialize, Deserialize)]
struct View {
    /// In pixels.
    width: u32,
    zoom: f64,
}

/// How soon each point of the plane escapes, at most after 255 steps: rows of bytes.
#[kernel(params = "{ width: number, zoom: number }")]
fn mandelbrot(cx: &Context, view: &View) -> Vec<u8> {
    let window = cx.window();
    let rows = window.start..window.start + window.core;
    let scaled = |pixel: u32| f64::from(pixel) / view.zoom - 1.0;
    rows.flat_map(|y| (0..view.width).map(move |x| escape(scaled(x), scaled(y)))).collect()
}

fn escape(x: f64, y: f64) -> u8 {
    let (mut a, mut b) = (0.0, 0.0);
    for step in 0..255 {
        if a * a + b * b > 4.0 {
            return step;
        }
        (a, b) = (a * a - b * b + x, 2.0 * a * b + y);
    }
    255
}

/// FNV-1a: four bytes, the lowest first.
#[kernel]
fn hash(bytes: &[u8]) -> Vec<u8> {
    let mix = |hash: u32, &byte: &u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
    bytes.iter().fold(2_166_136_261, mix).to_le_bytes().to_vec()
}

// from docs/src/kernels.md: #[kernel]

/// Red, green and blue of each pixel `times` so much.
#[kernel(grain = 4)]
fn exposure(pixels: &mut [u8], times: f32) {
    for pixel in pixels.chunks_exact_mut(4) {
        pixel[..3].iter_mut().for_each(|channel| *channel = (f32::from(*channel) * times) as u8);
    }
}

kernels!(mandelbrot, hash, grade, exposure);
