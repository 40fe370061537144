//! Plain objects.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::super::buffer::prototype_of;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = structuredClone)]
    fn structured_clone(value: &JsValue) -> Result<JsValue, JsValue>;

    /// Throws what a getter of the source throws.
    #[wasm_bindgen(catch, js_namespace = Object)]
    fn assign(target: &Object, source: &JsValue) -> Result<JsValue, JsValue>;

    /// Throws what a getter throws.
    #[wasm_bindgen(catch, js_namespace = Object)]
    fn values(object: &JsValue) -> Result<Array, JsValue>;
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
    let copied =
        if is_flat(&value) { assign(&Object::new(), &value) } else { structured_clone(&value) };
    copied.unwrap_or(value)
}

/// Whether it is a plain object without parts that may change on their own: cloning it takes five
/// times as long as to copy it.
fn is_flat(object: &JsValue) -> bool {
    // Above it is what has nothing above it, `Object.prototype` or its like.
    let top = prototype_of(object).and_then(|above| prototype_of(&above));
    top.is_ok_and(|top| top.is_null())
        && values(object).is_ok_and(|values| !values.iter().any(|value| value.is_object()))
}
