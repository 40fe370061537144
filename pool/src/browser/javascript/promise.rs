//! Futures and jobs as promises.

use std::{future::Future, pin::Pin};

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::{
    super::{Buffer, WebPort},
    signal::OnAbort,
};
use crate::{JobHandle, Piece};

/// What a promise is settled with.
type Outcome = Result<JsValue, JsValue>;

/// Runs a future, and gives what comes of it as a promise of the type that callers are told. What
/// drives a future is compiled once: for each type of future it would be as large as most of them.
pub(super) fn promise<P: JsCast>(future: impl Future<Output = Outcome> + 'static) -> P {
    drive(Box::pin(future)).unchecked_into()
}

fn drive(future: Pin<Box<dyn Future<Output = Outcome>>>) -> Promise {
    let (promise, pending) = Pending::promise();
    spawn_local(async move { pending.settle(future.await) });
    promise
}

/// A job, and who may cancel it.
pub(super) type Running = (JobHandle<WebPort>, Option<OnAbort>);

/// What comes of a job, as `read` tells it, or why there is none. Each of many small jobs has such a
/// promise: a future for each would cost a task and a turn of the executor more.
pub(super) fn promise_of_job<P: JsCast>(
    running: Result<Running, JsValue>,
    read: fn(&Piece<Buffer>) -> Outcome,
) -> P {
    attend(running, read).unchecked_into()
}

fn attend(running: Result<Running, JsValue>, read: fn(&Piece<Buffer>) -> Outcome) -> Promise {
    let (promise, pending) = Pending::promise();
    match running {
        Ok((job, signal)) => job.on_settled(move |outcome| {
            drop(signal);
            pending.settle(outcome.map_err(JsValue::from).and_then(|piece| read(&piece)));
        }),
        Err(error) => pending.settle(Err(error)),
    }
    promise
}

/// Settles a promise.
#[derive(Debug)]
pub(super) struct Pending {
    /// What resolves it, and what rejects it: there as soon as there is a promise.
    functions: Option<(Function, Function)>,
}

impl Pending {
    pub(super) fn promise() -> (Promise, Self) {
        let mut functions = None;
        let promise = Promise::new(&mut |resolve, reject| functions = Some((resolve, reject)));
        (promise, Self { functions })
    }

    pub(super) fn settle(self, outcome: Outcome) {
        let Some((resolve, reject)) = self.functions else { return };
        let (function, value) = match outcome {
            Ok(value) => (resolve, value),
            Err(error) => (reject, error),
        };
        // It does not throw.
        let _ = function.call1(&JsValue::UNDEFINED, &value);
    }
}
