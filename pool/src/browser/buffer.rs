//! Handles to bytes that live in JavaScript.

use js_sys::{Array, ArrayBuffer, Function, Reflect, Symbol, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

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
    /// When it is neither, or detached, shared or resizable.
    pub fn from_js(value: &JsValue) -> Result<Self, Rejection> {
        let view = if ArrayBuffer::is_view(value) {
            let part = |name: &str| Reflect::get(value, &name.into()).unwrap_or_default();
            let buffer = part("buffer");
            check(&buffer)?;
            Array::of3(&buffer, &part("byteOffset"), &part("byteLength"))
        } else {
            check(value)?;
            Array::of1(value)
        };
        // The constructor throws for a detached buffer, where `js_sys`' own would trap.
        let constructor = Reflect::get(&js_sys::global(), &"Uint8Array".into()).unwrap_or_default();
        Reflect::construct(constructor.unchecked_ref::<Function>(), &view)
            .map(|view| Self { view: view.unchecked_into() })
            .map_err(|_| Rejection::Detached)
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
        (buffer.byte_length() == self.view.length()).then_some(buffer)
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
    let is_true =
        |name: &str| Reflect::get(buffer, &name.into()).is_ok_and(|value| value.is_truthy());
    // Pages without cross-origin isolation may meet one and lack the name of its class.
    let tag = Reflect::get(buffer, &Symbol::to_string_tag());
    if tag.is_ok_and(|tag| tag == "SharedArrayBuffer") {
        return Err(Rejection::SharedBuffer);
    }
    let Some(buffer) = buffer.dyn_ref::<ArrayBuffer>() else {
        return Err(Rejection::NotABuffer);
    };
    if is_true("resizable") {
        return Err(Rejection::ResizableBuffer);
    }
    // Engines without `detached` show it by an empty buffer that cannot be viewed.
    if is_true("detached") || buffer.byte_length() == 0 && !can_be_viewed(buffer) {
        return Err(Rejection::Detached);
    }
    Ok(())
}

fn can_be_viewed(buffer: &ArrayBuffer) -> bool {
    let constructor = Reflect::get(&js_sys::global(), &"Uint8Array".into()).unwrap_or_default();
    Reflect::construct(constructor.unchecked_ref::<Function>(), &Array::of1(buffer)).is_ok()
}
