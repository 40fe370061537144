//! What stories in Rust are told with.

use wasm_bindgen::JsValue;

/// What a story says when it does not end as it should.
pub(crate) type Story = Result<(), JsValue>;

pub(crate) fn check(holds: bool, what: &str) -> Story {
    if holds { Ok(()) } else { Err(JsValue::from(what)) }
}
