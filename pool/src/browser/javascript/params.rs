//! Parameters of JavaScript callers.

use std::rc::Rc;

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::super::error::describe;
use crate::Rejection;

#[wasm_bindgen(module = "/js/cbor.js")]
extern "C" {
    /// Throws an error that names the value that has no form.
    #[wasm_bindgen(catch, js_name = encode)]
    fn write(params: &JsValue) -> Result<Vec<u8>, JsValue>;
}

/// Parameters as they are in this call, in CBOR: a job may wait long before it is sent.
pub(super) fn encode(params: &JsValue) -> Result<Rc<[u8]>, Rejection> {
    if params.is_undefined() {
        return Ok(Rc::default());
    }
    let written = write(params);
    written.map(Rc::from).map_err(|error| Rejection::BadParams { message: describe(&error) })
}
