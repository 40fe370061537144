//! The demo: image [`kernels`], and the module that the page and its workers load.

pub mod kernels;

#[cfg(all(target_arch = "wasm32", feature = "start"))]
mod start;
