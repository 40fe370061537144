//! Plain objects.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = structuredClone)]
    fn structured_clone(value: &JsValue) -> Result<JsValue, JsValue>;
}

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

/// A value as it is now, whatever its owner does with it later. What cannot be cloned stays what it is:
/// that is told when it is sent.
pub(super) fn snapshot(value: JsValue) -> JsValue {
    if !value.is_object() {
        return value;
    }
    structured_clone(&value).unwrap_or(value)
}
