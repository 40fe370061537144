//! An app in Rust: its page, and a module that has the kernel too.

// from README.md: use unjank_worker::{kernel, kernels};

// from docs/src/rust.md: use std::time::Duration;

/// For the page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn invert_in_rust(pixels: Vec<u8>) -> Result<Vec<u8>, JsValue> {
    negative(&pixels).await
}
