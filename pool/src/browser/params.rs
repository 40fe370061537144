//! Parameters from callers in JavaScript.

use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::Rejection;

/// Reads a kernel's parameters from a plain object, as a form, a settings file or a caller in JavaScript gives them:
/// a struct from its fields, by their names, `Option` from what is left out, bytes from a `Uint8Array`. The object stays
/// as it is, and what happens to it afterwards changes nothing.
///
/// A whole number has to fit its type; above 2^53 it has to be a `BigInt`.
///
/// # Errors
/// [`Rejection::BadParams`], which says what serde misses.
///
/// # Examples
/// ```no_run
/// use serde::Deserialize;
/// use unjank_pool::{Rejection, browser::read_params};
/// use wasm_bindgen::prelude::*;
///
/// #[derive(Deserialize)]
/// struct Blur {
///     sigma: f32,
/// }
///
/// #[wasm_bindgen]
/// pub fn sigma_of(settings: &JsValue) -> Result<f32, JsValue> {
///     let Blur { sigma } = read_params(settings)?;
///     Ok(sigma)
/// }
/// ```
pub fn read_params<T: DeserializeOwned>(value: &JsValue) -> Result<T, Rejection> {
    serde_wasm_bindgen::from_value(value.clone())
        .map_err(|error| Rejection::BadParams { message: error.to_string() })
}
