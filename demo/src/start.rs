//! What runs when the module starts: on the page, in each worker, and after each reset.

use unjank_worker::{Registry, browser};
use wasm_bindgen::prelude::wasm_bindgen;
// The page uses the pool through its JavaScript face, which this links in.
use unjank_pool as _;

use crate::kernels::{GaussianBlur, Grayscale, Median, Sobel, ToneCurve};

#[wasm_bindgen(start)]
fn start() {
    browser::install(|| {
        Registry::new()
            .with::<GaussianBlur>()
            .with::<Sobel>()
            .with::<ToneCurve>()
            .with::<Grayscale>()
            .with::<Median>()
    });
}
