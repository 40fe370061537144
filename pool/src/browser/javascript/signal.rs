//! Cancelling by `AbortSignal`.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::AbortSignal;

/// Does something once a signal says so; stops listening when it is dropped.
#[derive(Debug)]
pub(super) struct OnAbort {
    signal: AbortSignal,
    closure: Closure<dyn FnMut()>,
}

impl OnAbort {
    /// Calls `act` when the signal is aborted, which it is not yet.
    pub(super) fn new(signal: AbortSignal, act: impl Fn() + 'static) -> Self {
        let closure = Closure::<dyn FnMut()>::new(act);
        // A signal takes any listener.
        let _ = signal.add_event_listener_with_callback("abort", closure.as_ref().unchecked_ref());
        Self { signal, closure }
    }
}

impl Drop for OnAbort {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        let _ = self.signal.remove_event_listener_with_callback("abort", function);
    }
}
