//! Plain objects.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// An object with these properties.
pub(super) fn object(properties: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in properties {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}

/// Sets some numbers of an object.
pub(super) fn set_numbers(object: &JsValue, numbers: &[(&str, f64)]) -> Result<(), JsValue> {
    for (name, number) in numbers {
        Reflect::set(object, &(*name).into(), &(*number).into())?;
    }
    Ok(())
}
