//! Handles to bytes that live in JavaScript.

use js_sys::{ArrayBuffer, Reflect, Symbol, Uint8Array};
use wasm_bindgen::JsValue;

use super::bytes;
use crate::Rejection;

/// Bytes in JavaScript: an `ArrayBuffer`, or a part of one. Clones are handles to the same bytes.
#[derive(Debug, Clone)]
pub struct Buffer {
    view: Uint8Array,
}

impl Buffer {
    /// The bytes of an `ArrayBuffer` or of a view of one, such as `ImageData.data`.
    ///
    /// # Errors
    /// When it is neither, or detached, shared or resizable, or has 4 GiB or more.
    pub fn from_js(value: &JsValue) -> Result<Self, Rejection> {
        let view = if ArrayBuffer::is_view(value) {
            let buffer = property(value, "buffer");
            check(&buffer)?;
            // Detached is what a view is whose place in its buffer is gone.
            bytes::over(&buffer, number(value, "byteOffset"), length_of(value)?)
        } else {
            check(value)?;
            bytes::over(value, 0.0, length_of(value)?)
        };
        view.map(Self::from).map_err(|_| Rejection::Detached)
    }

    /// A buffer with a copy of these bytes.
    #[must_use]
    pub fn copy_of(bytes: &[u8]) -> Self {
        Self { view: Uint8Array::from(bytes) }
    }

    /// A copy of the bytes, in Rust.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.view.to_vec()
    }

    /// How many bytes there are; 0 once the buffer was transferred.
    #[must_use]
    pub fn len(&self) -> usize {
        self.view.length() as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes as JavaScript knows them.
    #[must_use]
    pub fn as_view(&self) -> &Uint8Array {
        &self.view
    }

    /// The buffer, if these are all its bytes.
    pub(super) fn whole(&self) -> Option<ArrayBuffer> {
        let buffer = self.view.buffer();
        (number(&buffer, "byteLength") == f64::from(self.view.length())).then_some(buffer)
    }

    /// Checks that it can still be sent.
    pub(super) fn check(&self) -> Result<(), Rejection> {
        check(&self.view.buffer())
    }
}

impl From<Uint8Array> for Buffer {
    fn from(view: Uint8Array) -> Self {
        Self { view }
    }
}

fn check(buffer: &JsValue) -> Result<(), Rejection> {
    // By the tag and not by the class: an iframe has classes of its own, and pages without
    // cross-origin isolation lack the name of one.
    match Reflect::get(buffer, &Symbol::to_string_tag()).ok().and_then(|tag| tag.as_string()) {
        Some(tag) if tag == "ArrayBuffer" => {}
        Some(tag) if tag == "SharedArrayBuffer" => return Err(Rejection::SharedBuffer),
        _ => return Err(Rejection::NotABuffer),
    }
    if property(buffer, "resizable").is_truthy() {
        return Err(Rejection::ResizableBuffer);
    }
    // Engines without `detached` show it by an empty buffer that cannot be viewed.
    let empty = number(buffer, "byteLength") == 0.0;
    if property(buffer, "detached").is_truthy() || empty && bytes::over(buffer, 0.0, 0.0).is_err() {
        return Err(Rejection::Detached);
    }
    Ok(())
}

/// Bytes of a buffer or a view. They are counted in 32 bits everywhere else.
fn length_of(value: &JsValue) -> Result<f64, Rejection> {
    let length = number(value, "byteLength");
    if length > f64::from(u32::MAX) {
        return Err(Rejection::PayloadTooLarge { bytes: usize::MAX });
    }
    Ok(length)
}

fn number(value: &JsValue, name: &str) -> f64 {
    property(value, name).as_f64().unwrap_or(0.0)
}

fn property(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or_default()
}
