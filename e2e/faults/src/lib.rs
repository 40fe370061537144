//! The module that the end-to-end tests load: kernels that misbehave in every way a kernel
//! can, and callers that use the pool from Rust.
#![cfg(target_arch = "wasm32")]

pub mod callers;
pub mod gloo;
mod kernels;
mod story;

use unjank_gloo::browser::OneshotKernel;
use unjank_worker::{Registry, browser};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(start)]
fn start() {
    browser::install(|| {
        Registry::new()
            .with::<kernels::Echo>()
            .with::<kernels::Sum>()
            .with::<kernels::Fail>()
            .with::<kernels::Panic>()
            .with::<kernels::Number>()
            .with::<kernels::Trap>()
            .with::<kernels::Overflow>()
            .with::<kernels::Exhaust>()
            .with::<kernels::Spin>()
            .with::<kernels::Dwell>()
            .with::<kernels::Vanish>()
            .with::<kernels::Grow>()
            .with::<kernels::Calls>()
            .with::<kernels::Tell>()
            .with::<OneshotKernel<gloo::Concat>>()
            .with::<OneshotKernel<gloo::Falls>>()
            .with::<OneshotKernel<gloo::Waits>>()
    });
}
