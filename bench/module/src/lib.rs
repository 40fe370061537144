//! What the benchmark's page and workers load: the demo's filters and a trivial kernel.
#![cfg(target_arch = "wasm32")]

mod stamp;

use unjank_demo::kernels::{GaussianBlur, Sobel};
use unjank_worker::{Registry, browser};
use wasm_bindgen::prelude::wasm_bindgen;
// The page uses the pool through its JavaScript face, which this links in.
use unjank_pool as _;

use self::stamp::Stamp;

#[wasm_bindgen(start)]
fn start() {
    browser::install(|| Registry::new().with::<Stamp>().with::<GaussianBlur>().with::<Sobel>());
}
