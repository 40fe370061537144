//! One Web Worker, which ends when it is dropped.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::{
    AbortController, ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType,
};

use super::{clock::global, error::describe};
use crate::SpawnError;

#[wasm_bindgen]
extern "C" {
    /// A worker whose constructor takes what it must: a trusted types policy hands out objects.
    #[wasm_bindgen(extends = Worker, js_name = Worker)]
    type ScriptWorker;

    #[wasm_bindgen(constructor, catch, js_class = "Worker")]
    fn new(script: &JsValue, options: &WorkerOptions) -> Result<ScriptWorker, JsValue>;
}

/// Where workers come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A module script: its URL, or a `TrustedScriptURL`.
    Script(JsValue),
    /// A function of the caller's that makes a worker.
    Factory(Function),
}

impl Source {
    /// Makes a worker.
    pub(super) fn make(&self) -> Result<Worker, SpawnError> {
        match self {
            Self::Script(script) => {
                let options = WorkerOptions::new();
                options.set_type(WorkerType::Module);
                ScriptWorker::new(script, &options)
                    .map(JsCast::unchecked_into)
                    .map_err(|error| self.unavailable(Some(describe(&error))))
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
            Self::Script(script) => script.unchecked_ref::<Object>().to_string().into(),
            Self::Factory(_) => "of the worker option".into(),
        }
    }

    fn unavailable(&self, reason: Option<String>) -> SpawnError {
        SpawnError::ScriptUnavailable { url: self.name(), reason }
    }

    /// What an event says: scripts that do not load give a bare error.
    fn diagnose(&self, event: &Event) -> SpawnError {
        if event.type_() == "messageerror" {
            let message = "a message of the worker could not be read".into();
            return SpawnError::InitFailed { message };
        }
        let Some(error) = event.dyn_ref::<ErrorEvent>().filter(|error| !error.message().is_empty())
        else {
            return self.unavailable(None);
        };
        let (message, file) = (error.message(), error.filename());
        // Of a script that does not link some engines do not say which it is.
        let file = if file.is_empty() { self.name() } else { file };
        SpawnError::InitFailed { message: format!("{message} ({file}:{})", error.lineno()) }
    }
}

/// What a worker told, or what became of it.
#[derive(Debug)]
pub(super) enum News {
    /// It listens. What was sent before may be lost.
    Listening,
    /// It works: the version of its frames, and its module's description.
    Ready(u16, Uint8Array),
    /// Some answers: a frame and the buffers that came with it.
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
    /// Stands before the worker's own method: whoever made the worker may end it, and no event
    /// would tell.
    _on_terminate: Closure<dyn FnMut()>,
    tether: Option<Tether>,
}

impl WebWorker {
    pub(super) fn new(worker: Worker, source: &Source, tell: Rc<dyn Fn(News)>) -> Self {
        let on_message = {
            let tell = Rc::clone(&tell);
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(news) = read(&event.data()) {
                    tell(news);
                }
            })
        };
        let on_error = {
            let (source, tell) = (source.clone(), Rc::clone(&tell));
            Closure::<dyn FnMut(Event)>::new(move |event: Event| {
                // Who called hears of it; it is not an error that nobody caught.
                event.prevent_default();
                tell(News::Lost(source.diagnose(&event)));
            })
        };
        let on_terminate = Closure::<dyn FnMut()>::new(move || {
            tell(News::lost("the worker was terminated by the page"));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        // Not every engine has this event on workers; where it is unknown, nothing happens.
        let _ = worker
            .add_event_listener_with_callback("messageerror", on_error.as_ref().unchecked_ref());
        // Any property can be added to a platform object.
        let _ = Reflect::set(&worker, &TERMINATE.into(), on_terminate.as_ref());
        let _on_message = on_message;
        Self { worker, _on_message, on_error, _on_terminate: on_terminate, tether: Tether::new() }
    }

    /// Sends the message that starts it. `module` is compiled, or undefined; then the worker loads it
    /// from `url`.
    pub(super) fn start(
        &self,
        module: &JsValue,
        url: Option<&str>,
        memory_limit: f64,
    ) -> Result<(), JsValue> {
        let start = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&start, &name.into(), value);
        set("unjank", &"start".into())?;
        set("module", module)?;
        set("url", &url.into())?;
        set("memoryLimit", &memory_limit.into())?;
        if let Some(tether) = &self.tether {
            set("tether", &tether.name.as_str().into())?;
        }
        self.worker.post_message(&start)
    }

    /// Sends a message, moving the buffers of the transfer list. An empty list is slower than none.
    pub(super) fn post(&self, message: &Array, transfer: Option<&Array>) -> Result<(), JsValue> {
        match transfer {
            Some(transfer) => self.worker.post_message_with_transfer(message, transfer),
            None => self.worker.post_message(message),
        }
    }

    /// A promise that resolves when the worker is gone, whatever the reason; none where there is
    /// no tether. Rejects when the worker was dropped here.
    pub(super) fn end(&self) -> Option<Promise> {
        self.tether.as_ref()?.end()
    }
}

impl Drop for WebWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        let on_error = self.on_error.as_ref().unchecked_ref();
        let _ = self.worker.remove_event_listener_with_callback("messageerror", on_error);
        let _ = Reflect::delete_property(&self.worker, &TERMINATE.into());
        self.worker.terminate();
    }
}

const TERMINATE: &str = "terminate";

impl News {
    fn lost(message: &str) -> Self {
        Self::Lost(SpawnError::InitFailed { message: message.into() })
    }
}

/// What a message says; `None` for one that is not the shell's.
fn read(data: &JsValue) -> Option<News> {
    if let Some(reply) = data.dyn_ref::<Array>() {
        let (frame, buffers) = (reply.get(0).dyn_into(), reply.get(1).dyn_into());
        return Some(News::Reply(frame.ok()?, buffers.ok()?));
    }
    let part = |name: &str| Reflect::get(data, &name.into()).ok();
    Some(match part("unjank")?.as_string()?.as_str() {
        "listening" => News::Listening,
        "ready" => {
            let version = part("version").and_then(|version| version.as_f64()).unwrap_or(0.0);
            News::Ready(version as u16, part("description")?.dyn_into().ok()?)
        }
        "unreadable" => News::Unreadable,
        "failed" => {
            let message = part("message")?.as_string()?;
            News::Lost(match part("fault")?.as_string()?.as_str() {
                "module" => SpawnError::BadKernels { message },
                "memory" => SpawnError::OutOfMemory { message },
                _ => SpawnError::InitFailed { message },
            })
        }
        "closing" => News::lost("the worker closed itself"),
        _ => return None,
    })
}

/// A lock that the worker holds while it lives. No event tells of a worker that the browser ended;
/// its lock, free again, does.
#[derive(Debug)]
struct Tether {
    name: String,
    controller: AbortController,
    locks: Object,
}

impl Tether {
    /// None where there are no locks, and in Gecko, which keeps a page with a lock out of its
    /// back/forward cache, even if the lock is a worker's.
    fn new() -> Option<Self> {
        let navigator: Object = global("navigator")?;
        let agent = Reflect::get(&navigator, &"userAgent".into()).ok()?.as_string()?;
        if agent.contains("Gecko/") {
            return None;
        }
        let locks = Reflect::get(&navigator, &"locks".into()).ok()?.dyn_into().ok()?;
        let random = (js_sys::Math::random() * 2f64.powi(53)) as u64;
        let now = js_sys::Date::now() as u64;
        let name = format!("unjank-{now:x}-{random:x}");
        Some(Self { name, controller: AbortController::new().ok()?, locks })
    }

    fn end(&self) -> Option<Promise> {
        let Self { name, controller, locks } = self;
        let request: Function = Reflect::get(locks, &"request".into()).ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &controller.signal()).ok()?;
        // The callback has nothing to do; `Object` is a function at hand that does no harm.
        let callback: Function = global("Object")?;
        let promise = request.call3(locks, &name.as_str().into(), &options, &callback);
        promise.ok()?.dyn_into().ok()
    }
}

impl Drop for Tether {
    fn drop(&mut self) {
        self.controller.abort();
    }
}
