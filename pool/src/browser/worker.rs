//! One Web Worker, which ends when it is dropped.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    AbortController, ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType,
};

use super::{clock::global, error::describe};
use crate::SpawnError;

/// Where workers come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A module script.
    Url(String),
    /// A function of the caller's that makes a worker.
    Factory(Function),
}

impl Source {
    /// Makes a worker.
    pub(super) fn make(&self) -> Result<Worker, SpawnError> {
        match self {
            Self::Url(url) => {
                let options = WorkerOptions::new();
                options.set_type(WorkerType::Module);
                Worker::new_with_options(url, &options)
                    .map_err(|_| SpawnError::ScriptUnavailable { url: url.clone() })
            }
            Self::Factory(make) => {
                let made = make
                    .call0(&JsValue::NULL)
                    .map_err(|error| SpawnError::InitFailed { message: describe(&error) })?;
                made.dyn_into().map_err(|_| SpawnError::InitFailed {
                    message: "the worker option returned something that is no Worker".into(),
                })
            }
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Url(url) => url.clone(),
            Self::Factory(_) => "of the worker option".into(),
        }
    }
}

/// What a worker told, or what became of it.
#[derive(Debug)]
pub(super) enum News {
    /// Its first words, a frame.
    Hello(Uint8Array),
    /// An answer: a frame and the buffers that came with it.
    Reply(Uint8Array, Array),
    /// It could not read the message that starts it.
    Unreadable,
    /// It is gone, or might as well be.
    Lost(SpawnError),
}

/// A worker and its listeners. Dropped, it is terminated.
#[derive(Debug)]
pub(super) struct WebWorker {
    worker: Worker,
    /// Kept for as long as the worker may call it.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    on_error: Closure<dyn FnMut(Event)>,
    tether: Tether,
}

impl WebWorker {
    pub(super) fn new(worker: Worker, source: &Source, tell: Rc<dyn Fn(News)>) -> Self {
        let script = source.name();
        let on_message = {
            let tell = Rc::clone(&tell);
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                tell(read(&event.data()));
            })
        };
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            tell(News::Lost(diagnose(&event, &script)));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        // Not every engine has this event on workers; where it is unknown, nothing happens.
        let _ = worker
            .add_event_listener_with_callback("messageerror", on_error.as_ref().unchecked_ref());
        Self { worker, _on_message: on_message, on_error, tether: Tether::new() }
    }

    /// Sends the message that starts it.
    pub(super) fn start(&self, module: &JsValue, memory_limit: f64) -> Result<(), JsValue> {
        let start = Object::new();
        Reflect::set(&start, &"module".into(), module)?;
        Reflect::set(&start, &"memoryLimit".into(), &memory_limit.into())?;
        Reflect::set(&start, &"tether".into(), &self.tether.name.as_str().into())?;
        self.worker.post_message(&start)
    }

    pub(super) fn post(&self, message: &Array, transfer: &Array) -> Result<(), JsValue> {
        self.worker.post_message_with_transfer(message, transfer)
    }

    /// A promise that resolves when the worker is gone, whatever the reason; none where there are
    /// no locks. Rejects when the worker was dropped here.
    pub(super) fn end(&self) -> Option<Promise> {
        self.tether.end()
    }
}

impl Drop for WebWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        let on_error = self.on_error.as_ref().unchecked_ref();
        let _ = self.worker.remove_event_listener_with_callback("messageerror", on_error);
        self.worker.terminate();
    }
}

fn read(data: &JsValue) -> News {
    if let Some(hello) = data.dyn_ref::<Uint8Array>() {
        return News::Hello(hello.clone());
    }
    if let Some(reply) = data.dyn_ref::<Array>()
        && let (Ok(frame), Ok(buffers)) = (reply.get(0).dyn_into(), reply.get(1).dyn_into())
    {
        return News::Reply(frame, buffers);
    }
    if data.is_null() {
        return News::Unreadable;
    }
    News::Lost(SpawnError::InitFailed { message: describe(data) })
}

/// What an error event says: scripts that do not load give a bare one.
fn diagnose(event: &Event, script: &str) -> SpawnError {
    let Some(error) = event.dyn_ref::<ErrorEvent>().filter(|error| !error.message().is_empty())
    else {
        return SpawnError::ScriptUnavailable { url: script.into() };
    };
    let (message, file, line) = (error.message(), error.filename(), error.lineno());
    SpawnError::InitFailed { message: format!("{message} ({file}:{line})") }
}

/// A lock that the worker holds while it lives. No event tells that a worker closed itself or was
/// ended by the browser; its lock, free again, does.
#[derive(Debug)]
struct Tether {
    name: String,
    controller: Option<AbortController>,
}

impl Tether {
    fn new() -> Self {
        let random = (js_sys::Math::random() * 2f64.powi(53)) as u64;
        let now = js_sys::Date::now() as u64;
        Self { name: format!("unjank-{now:x}-{random:x}"), controller: AbortController::new().ok() }
    }

    fn end(&self) -> Option<Promise> {
        let navigator: Object = global("navigator")?;
        let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
        let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &self.controller.as_ref()?.signal()).ok()?;
        // The callback has nothing to do; `Object` is a function at hand that does no harm.
        let callback: Function = global("Object")?;
        let promise = request.call3(&locks, &self.name.as_str().into(), &options, &callback);
        promise.ok()?.dyn_into().ok()
    }
}

impl Drop for Tether {
    fn drop(&mut self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}
