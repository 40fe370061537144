//! Handles to bytes that live in JavaScript.

use std::cell::OnceCell;

use js_sys::{ArrayBuffer, Object, Reflect, Symbol, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::*};

use super::bytes;
use crate::Rejection;

#[wasm_bindgen]
extern "C" {
    /// What buffers and views of them tell of themselves, of whatever realm they are. To be asked of
    /// objects only. Named getters cost a tenth of looking a property up by a string.
    type Traits;

    #[wasm_bindgen(method, getter)]
    fn buffer(this: &Traits) -> JsValue;

    /// Throws for what only looks like a buffer.
    #[wasm_bindgen(method, getter, catch, js_name = byteLength)]
    fn byte_length(this: &Traits) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, getter, js_name = byteOffset)]
    fn byte_offset(this: &Traits) -> f64;

    #[wasm_bindgen(method, getter)]
    fn resizable(this: &Traits) -> Option<bool>;

    #[wasm_bindgen(method, getter)]
    fn detached(this: &Traits) -> Option<bool>;
}

/// Bytes in JavaScript: an `ArrayBuffer`, or a part of one. Clones are handles to the same bytes.
#[derive(Debug, Clone)]
pub struct Buffer {
    view: Uint8Array,
    /// What it is a view of, once that was asked for: asking costs more than any other question.
    store: OnceCell<ArrayBuffer>,
}

impl Buffer {
    /// The bytes of an `ArrayBuffer` or of a view of one, such as `ImageData.data`.
    ///
    /// # Errors
    /// When it is neither, or detached, shared or resizable, or has 4 GiB or more.
    pub fn from_js(value: &JsValue) -> Result<Self, Rejection> {
        let buffer = Self::view_of(value)?;
        buffer.check()?;
        Ok(buffer)
    }

    /// The same, but for whether it can be sent, which is checked when it is submitted.
    pub(super) fn view_of(value: &JsValue) -> Result<Self, Rejection> {
        let (view, store) = if ArrayBuffer::is_view(value) {
            let traits: &Traits = value.unchecked_ref();
            let (store, length) = (traits.buffer(), countable(bytes_of(traits)?)?);
            let view = if is_plain(value) {
                value.clone().unchecked_into()
            } else {
                // Detached is what a view is whose place in its buffer is gone.
                let view = bytes::over(&store, traits.byte_offset(), length);
                view.map_err(|_| Rejection::Detached)?
            };
            (view, store)
        } else {
            let length = countable(check(value)?)?;
            let view = bytes::over(value, 0.0, length).map_err(|_| Rejection::Detached)?;
            (view, value.clone())
        };
        Ok(Self { view, store: OnceCell::from(store.unchecked_into::<ArrayBuffer>()) })
    }

    /// A buffer with a copy of these bytes.
    #[must_use]
    pub fn copy_of(bytes: &[u8]) -> Self {
        Uint8Array::from(bytes).into()
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
        let store = self.store();
        // Not by a length of 32 bits, which is wrong for a larger buffer.
        let bytes = bytes_of(store.unchecked_ref()).ok()?;
        (bytes == f64::from(self.view.length())).then(|| store.clone())
    }

    /// All bytes of a buffer.
    pub(super) fn over(store: ArrayBuffer) -> Self {
        Self { view: Uint8Array::new(&store), store: OnceCell::from(store) }
    }

    /// What it is a view of.
    pub(super) fn into_store(self) -> ArrayBuffer {
        self.store().clone()
    }

    fn store(&self) -> &ArrayBuffer {
        self.store.get_or_init(|| self.view.buffer())
    }

    /// Checks that it can still be sent.
    pub(super) fn check(&self) -> Result<(), Rejection> {
        check(self.store()).map(|_| ())
    }
}

impl From<Uint8Array> for Buffer {
    fn from(view: Uint8Array) -> Self {
        Self { view, store: OnceCell::new() }
    }
}

/// The bytes of a buffer that can be sent.
fn check(value: &JsValue) -> Result<f64, Rejection> {
    if !value.is_instance_of::<ArrayBuffer>() {
        check_tag(value)?;
    }
    let buffer: &Traits = value.unchecked_ref();
    let length = bytes_of(buffer)?;
    if buffer.resizable() == Some(true) {
        return Err(Rejection::ResizableBuffer);
    }
    // What is detached has no bytes. Engines without `detached` show it by not viewing them.
    let cannot_be_viewed = || bytes::over(value, 0.0, 0.0).is_err();
    if length == 0.0 && buffer.detached().unwrap_or_else(cannot_be_viewed) {
        return Err(Rejection::Detached);
    }
    Ok(length)
}

/// Whether it is a `Uint8Array` of this realm and of no class derived from it, whose methods might do
/// something else. A view of a view costs more than to ask.
fn is_plain(view: &JsValue) -> bool {
    thread_local! {
        static PLAIN: Object = Object::get_prototype_of(&Uint8Array::new_with_length(0));
    }
    PLAIN.with(|plain| Object::get_prototype_of(view) == *plain)
}

/// By the tag and not by the class: an iframe has classes of its own, and pages without cross-origin
/// isolation lack the name of one.
fn check_tag(value: &JsValue) -> Result<(), Rejection> {
    match Reflect::get(value, &Symbol::to_string_tag()).ok().and_then(|tag| tag.as_string()) {
        Some(tag) if tag == "ArrayBuffer" => Ok(()),
        Some(tag) if tag == "SharedArrayBuffer" => Err(Rejection::SharedBuffer),
        _ => Err(Rejection::NotABuffer),
    }
}

/// Bytes of a buffer or a view.
fn bytes_of(traits: &Traits) -> Result<f64, Rejection> {
    traits.byte_length().map_err(|_| Rejection::NotABuffer)
}

/// A length that fits 32 bits, in which bytes are counted everywhere else.
fn countable(length: f64) -> Result<f64, Rejection> {
    if length > f64::from(u32::MAX) {
        return Err(Rejection::PayloadTooLarge { bytes: usize::MAX });
    }
    Ok(length)
}
