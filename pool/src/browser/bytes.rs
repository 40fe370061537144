//! Byte arrays, with the exceptions caught that memory shortage and detached buffers raise: an
//! exception that passes through Rust would leave what is borrowed borrowed for ever.

use std::ops::Range;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::*};

use super::error::describe;
use crate::JobError;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Uint8Array, js_name = Uint8Array)]
    type Bytes;

    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn with_length(length: u32) -> Result<Bytes, JsValue>;

    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn over(buffer: &JsValue, offset: f64, length: f64) -> Result<Bytes, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn set(this: &Bytes, source: &Uint8Array, offset: u32) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn subarray(this: &Bytes, start: u32, end: u32) -> Result<Uint8Array, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn slice(this: &Bytes, start: u32, end: u32) -> Result<Uint8Array, JsValue>;
}

/// Zeros.
pub(super) fn zeros(length: u32) -> Result<Uint8Array, JobError> {
    Bytes::with_length(length).map(JsCast::unchecked_into).map_err(undeliverable)
}

/// A view of a part of a buffer.
pub(super) fn over(buffer: &JsValue, offset: f64, length: f64) -> Result<Uint8Array, JsValue> {
    Bytes::over(buffer, offset, length).map(JsCast::unchecked_into)
}

/// A part of an array, as a view of the same buffer.
pub(super) fn part(source: &Uint8Array, part: Range<u32>) -> Result<Uint8Array, JobError> {
    source.unchecked_ref::<Bytes>().subarray(part.start, part.end).map_err(undeliverable)
}

/// Copies all of `source` to the beginning of `target`.
pub(super) fn copy(target: &Uint8Array, source: &Uint8Array) -> Result<(), JobError> {
    target.unchecked_ref::<Bytes>().set(source, 0).map_err(undeliverable)
}

/// The bytes of an array, in a buffer of their own.
pub(super) fn cut_out(source: &Uint8Array) -> Result<ArrayBuffer, JobError> {
    let own = source.unchecked_ref::<Bytes>().slice(0, u32::MAX).map_err(undeliverable)?;
    Ok(own.buffer())
}

fn undeliverable(error: JsValue) -> JobError {
    JobError::Undeliverable { message: describe(&error) }
}
