//! Futures as promises.

use std::{future::Future, pin::Pin};

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

type Boxed = Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>;

/// Runs a future, and gives what comes of it as a promise of the type that callers are told. What
/// drives a future is compiled once: for each type of future it would be as large as most of them.
pub(super) fn promise<P: JsCast>(
    future: impl Future<Output = Result<JsValue, JsValue>> + 'static,
) -> P {
    drive(Box::pin(future)).unchecked_into()
}

fn drive(future: Boxed) -> Promise {
    future_to_promise(future)
}
