//! Timers that are cleared when they are dropped.

use std::cell::Cell;

use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::{MessageChannel, MessageEvent};

use crate::scheduler::Timestamp;

#[wasm_bindgen]
extern "C" {
    // Global in windows and in workers alike.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &JsValue, milliseconds: i32) -> i32;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: i32);
}

/// One timer, used again and again. It may fire earlier than it was last asked to, never later:
/// arming it anew for a later time would cost two calls a turn.
#[derive(Debug)]
pub(super) struct Timer {
    fire: Closure<dyn FnMut()>,
    armed: Cell<Option<(Timestamp, i32)>>,
}

impl Timer {
    pub(super) fn new(fire: impl FnMut() + 'static) -> Self {
        Self { fire: Closure::new(fire), armed: Cell::new(None) }
    }

    /// To be called first when it has fired.
    pub(super) fn disarm(&self) {
        if let Some((_, timer)) = self.armed.take() {
            clear_timeout(timer);
        }
    }

    /// Reads the clock only if it must.
    pub(super) fn arm(&self, at: Timestamp, now: impl FnOnce() -> Timestamp) {
        if self.armed.get().is_some_and(|(earlier, _)| earlier <= at) {
            return;
        }
        self.disarm();
        let wait = at.since(now()).as_micros().div_ceil(1000);
        let wait = i32::try_from(wait).unwrap_or(i32::MAX);
        let timer = set_timeout(self.fire.as_ref(), wait);
        self.armed.set(Some((at, timer)));
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.disarm();
    }
}

/// A way to be called again in a turn of its own, without the delay of a timer.
#[derive(Debug)]
pub(super) struct NextTurn {
    channel: Option<MessageChannel>,
    _called: Closure<dyn FnMut(MessageEvent)>,
}

impl NextTurn {
    pub(super) fn new(mut call: impl FnMut() + 'static) -> Self {
        let called = Closure::<dyn FnMut(MessageEvent)>::new(move |_| call());
        let channel = MessageChannel::new().ok();
        if let Some(channel) = &channel {
            channel.port1().set_onmessage(Some(called.as_ref().unchecked_ref()));
        }
        Self { channel, _called: called }
    }

    pub(super) fn ask(&self) {
        if let Some(channel) = &self.channel {
            // A port of one's own, with nothing to clone, takes every message.
            let _ = channel.port2().post_message(&JsValue::NULL);
        }
    }
}

impl Drop for NextTurn {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.port1().set_onmessage(None);
            channel.port1().close();
        }
    }
}
