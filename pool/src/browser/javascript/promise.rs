//! Futures and jobs as promises.

use std::{future::Future, pin::Pin};

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

use super::{
    super::{Buffer, WebPort},
    signal::OnAbort,
};
use crate::{JobHandle, Piece};

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

/// A job, and who may cancel it.
pub(super) type Running = (JobHandle<WebPort>, Option<OnAbort>);

/// What comes of a job, as `read` tells it, or why there is none. Each of many small jobs has such a
/// promise: a future for each would cost a task and a turn of the executor more.
pub(super) fn promise_of_job<P: JsCast>(
    running: Result<Running, JsValue>,
    read: fn(&Piece<Buffer>) -> Result<JsValue, JsValue>,
) -> P {
    let mut running = match running {
        Ok(running) => Some(running),
        Err(error) => return Promise::reject(&error).unchecked_into(),
    };
    let promise = Promise::new(&mut |resolve, reject| {
        let Some((job, signal)) = running.take() else { return };
        job.on_settled(move |outcome| {
            drop(signal);
            let result = outcome.map_err(JsValue::from).and_then(|piece| read(&piece));
            let (settle, value) = match result {
                Ok(value) => (resolve, value),
                Err(error) => (reject, error),
            };
            // What settles a promise does not throw.
            let _ = settle.call1(&JsValue::UNDEFINED, &value);
        });
    });
    promise.unchecked_into()
}
