//! Errors as JavaScript sees them: one class, told apart by a stable `code`.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::Buffer;
use crate::{Failed, JobError, SpawnError, SubmitError};

/// What a thrown value says.
pub(super) fn describe(thrown: &JsValue) -> String {
    if let Some(text) = thrown.as_string() {
        return text;
    }
    let text = |name: &str| Reflect::get(thrown, &name.into()).ok()?.as_string();
    match (text("name"), text("message")) {
        (Some(name), Some(message)) => format!("{name}: {message}"),
        _ => "something was thrown that is no error".into(),
    }
}

/// An `Error` named `UnjankError` with these properties.
fn error(code: &str, message: &str, properties: &[(&str, JsValue)]) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name("UnjankError");
    let code = [("code", JsValue::from(code))];
    for (name, value) in code.iter().chain(properties) {
        // A fresh error object can always be written to.
        let _ = Reflect::set(&error, &(*name).into(), value);
    }
    error.into()
}

impl From<SpawnError> for JsValue {
    fn from(cause: SpawnError) -> Self {
        error(cause.code(), &cause.to_string(), &[])
    }
}

impl From<SubmitError<Buffer>> for JsValue {
    fn from(refused: SubmitError<Buffer>) -> Self {
        let payload = refused.payload.as_view().into();
        error(refused.reason.code(), &refused.reason.to_string(), &[("payload", payload)])
    }
}

impl From<crate::Rejection> for JsValue {
    fn from(reason: crate::Rejection) -> Self {
        error(reason.code(), &reason.to_string(), &[])
    }
}

impl From<Failed<Buffer>> for JsValue {
    fn from(failed: Failed<Buffer>) -> Self {
        let mut properties = Vec::new();
        if let JobError::Kernel { code, .. } = &failed.error {
            properties.push(("kernelCode", (*code).into()));
        }
        if let JobError::Panicked { location, .. } = &failed.error {
            properties.push(("location", location.clone().into()));
        }
        if let JobError::WorkerLost { attempts, .. } = &failed.error {
            properties.push(("attempts", (*attempts).into()));
        }
        if let Some(payload) = &failed.payload {
            properties.push(("payload", payload.as_view().into()));
        }
        error(failed.error.code(), &failed.error.to_string(), &properties)
    }
}
