//! The kernels as the browser runs them, with its vector instructions, against their oracles.
#![cfg(target_arch = "wasm32")]

use unjank_demo::kernels::{
    Blur, Columns, Crop, GaussianBlur, Grayscale, Median, NoParams, Scale, Shrink, Sobel, Tone,
    ToneCurve, oracle,
};
use unjank_protocol::{Kernel, run_alone, run_in_chunks};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Widths on both sides of every vector length, and heights that cut chunks unevenly.
const SIZES: [(usize, usize); 7] = [(1, 1), (1, 9), (3, 4), (5, 1), (16, 7), (33, 11), (67, 23)];

/// Pixels that look like noise and are the same each time.
fn pixels(width: usize, height: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 24) as u8
    };
    (0..width * height * 4).map(|_| next()).collect()
}

type Oracle<K> = fn(&<K as Kernel>::Params, &[u8], usize) -> Vec<u8>;

fn check<K: Kernel>(params: &K::Params, oracle: Oracle<K>) {
    for (width, height) in SIZES {
        check_size::<K>(params, oracle, width, height);
    }
}

fn check_size<K: Kernel>(params: &K::Params, oracle: Oracle<K>, width: usize, height: usize) {
    let pixels = pixels(width, height);
    let expected = oracle(params, &pixels, width);
    let stride = u32::try_from(width * 4).expect("a small image");
    let whole = run_alone::<K>(params, &pixels, stride);
    assert_eq!(whole.as_ref(), Ok(&expected), "{} of {width} x {height}", K::NAME);
    for rows in [1, 2, 5] {
        let tiled = run_in_chunks::<K>(params, &pixels, stride, Some(rows));
        assert_eq!(tiled.as_ref(), Ok(&expected), "{}, {rows} rows a chunk", K::NAME);
    }
}

#[wasm_bindgen_test]
fn blur_equals_its_oracle() {
    for sigma in [0.5, 1.0, 2.3, 5.0, 20.0, 50.0] {
        check::<GaussianBlur>(&Blur { sigma }, oracle::gaussian_blur);
    }
}

#[wasm_bindgen_test]
fn the_other_filters_equal_their_oracles() {
    check::<Sobel>(&NoParams {}, oracle::sobel);
    check::<Grayscale>(&NoParams {}, oracle::grayscale);
    check::<Median>(&NoParams {}, oracle::median);
    check::<ToneCurve>(&Tone::default(), oracle::tone_curve);
    for factor in Scale::FACTOR {
        check::<Shrink>(&Scale { factor }, oracle::shrink);
    }
}

#[wasm_bindgen_test]
fn crop_equals_its_oracle() {
    for (width, height) in SIZES {
        let columns = |left| (1..=width - left).map(move |width| (left, width));
        for (left, kept) in (0..width).flat_map(columns) {
            let params = Columns { left: left as u32, width: kept as u32 };
            check_size::<Crop>(&params, oracle::crop, width, height);
        }
    }
}
