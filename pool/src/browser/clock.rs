//! A clock that stands still while the page cannot run.

use std::{cell::Cell, rc::Rc};

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Event, EventTarget, Performance};

use crate::scheduler::Timestamp;

/// Events after which a page may not run, and those that tell that it does again.
const LEAVE: [&str; 2] = ["freeze", "pagehide"];
const RETURN: [&str; 2] = ["resume", "pageshow"];

/// Microseconds since it was made, less those in which the page was frozen or in the back/forward
/// cache: a deadline does not pass while nothing could run.
#[derive(Debug)]
pub(super) struct Clock {
    performance: Option<Performance>,
    away: Rc<Away>,
    _listeners: Vec<Listener>,
}

#[derive(Debug, Default)]
struct Away {
    /// Milliseconds of all absences that have ended.
    total: Cell<f64>,
    /// When the present absence began.
    since: Cell<Option<f64>>,
}

impl Clock {
    /// A clock that begins at zero, and calls `on_return` when the page runs again.
    pub(super) fn new(on_return: impl Fn() + 'static) -> Self {
        let performance: Option<Performance> = global("performance");
        let away = Rc::new(Away::default());
        let now = performance.clone();
        let now = move || now.as_ref().map_or(0.0, Performance::now);
        let leave: Rc<dyn Fn()> = {
            let (away, now) = (Rc::clone(&away), now.clone());
            Rc::new(move || away.since.set(away.since.get().or_else(|| Some(now()))))
        };
        let enter: Rc<dyn Fn()> = {
            let away = Rc::clone(&away);
            Rc::new(move || {
                if let Some(since) = away.since.take() {
                    away.total.set(away.total.get() + now() - since);
                    on_return();
                }
            })
        };
        let events = LEAVE.map(|name| (name, &leave)).into_iter();
        let events = events.chain(RETURN.map(|name| (name, &enter)));
        let listeners = events.flat_map(|(name, handler)| Listener::everywhere(name, handler));
        let listeners = listeners.collect();
        Self { performance, away, _listeners: listeners }
    }

    pub(super) fn now(&self) -> Timestamp {
        let now = self
            .away
            .since
            .get()
            .unwrap_or_else(|| self.performance.as_ref().map_or(0.0, Performance::now));
        Timestamp::from_micros(((now - self.away.total.get()).max(0.0) * 1000.0) as u64)
    }
}

/// An event listener that is removed when it is dropped.
#[derive(Debug)]
struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens on the window and on the document, where there are such.
    fn everywhere(name: &'static str, handler: &Rc<dyn Fn()>) -> Vec<Self> {
        let document = global::<EventTarget>("document");
        let window = js_sys::global().dyn_into::<EventTarget>().ok();
        let targets = document.into_iter().chain(window);
        targets.filter_map(|target| Self::new(target, name, Rc::clone(handler))).collect()
    }

    fn new(target: EventTarget, name: &'static str, handler: Rc<dyn Fn()>) -> Option<Self> {
        let closure = Closure::<dyn FnMut(Event)>::new(move |_| handler());
        let function = closure.as_ref().unchecked_ref();
        target.add_event_listener_with_callback(name, function).ok()?;
        Some(Self { target, name, closure })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        // Removing what was added cannot fail.
        let _ = self.target.remove_event_listener_with_callback(self.name, function);
    }
}

/// A global by its name, if it is there: pages and workers have different ones.
pub(super) fn global<T: JsCast>(name: &str) -> Option<T> {
    let value: JsValue = Reflect::get(&js_sys::global(), &name.into()).ok()?;
    value.dyn_into().ok()
}
