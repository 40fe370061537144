//! A kernel as a gloo worker.

use std::{cell::RefCell, convert::Infallible, fmt, marker::PhantomData, panic, sync::Once};

use gloo_worker::{HandlerId, Registrable, Worker, WorkerScope};
use unjank_protocol::Kernel;
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

use super::Postcard;
use crate::{Answer, Call, Reply};

/// A gloo worker that runs the kernel `K`, one call after the other.
///
/// The worker's script loads the module and calls what registers it. The page spawns a
/// [`Hosted`](super::Hosted); an app that has its own bridges can send [`Call`]s over them.
///
/// ```no_run
/// use unjank_gloo::browser::Host;
/// # use unjank_protocol::{Context, Kernel, KernelError, Output};
/// # struct Invert;
/// # impl Kernel for Invert {
/// #     const NAME: &'static str = "invert";
/// #     type Params = ();
/// #     fn run(_: &(), i: &mut [u8], o: &mut Output, _: &Context) -> Result<(), KernelError> {
/// #         i.iter_mut().for_each(|byte| *byte = !*byte);
/// #         o.keep_input(0..i.len());
/// #         Ok(())
/// #     }
/// # }
///
/// // In the worker: `import init, { host } from './app.js'; await init(); host();`
/// fn host() {
///     Host::<Invert>::register();
/// }
/// ```
///
/// A panic is answered before the instance traps, and ends the worker. Other traps are not heard of:
/// gloo tells nobody.
pub struct Host<K> {
    kernel: PhantomData<fn() -> K>,
}

impl<K: Kernel> Host<K> {
    /// Makes this worker the kernel's.
    ///
    /// # Panics
    /// When this is not a dedicated worker.
    pub fn register() {
        Self::registrar().encoding::<Postcard>().register();
    }
}

impl<K> fmt::Debug for Host<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Host")
    }
}

impl<K: Kernel> Worker for Host<K> {
    type Message = Infallible;
    type Input = Call<K::Params>;
    type Output = Reply;

    fn create(_: &WorkerScope<Self>) -> Self {
        listen_for_panics();
        Self { kernel: PhantomData }
    }

    fn update(&mut self, _: &WorkerScope<Self>, message: Infallible) {
        match message {}
    }

    fn received(&mut self, scope: &WorkerScope<Self>, call: Call<K::Params>, caller: HandlerId) {
        let id = call.id;
        let last = scope.clone();
        let last_words = move |answer| last.respond(caller, Reply { id, answer });
        LAST_WORDS.replace(Some(Box::new(last_words)));
        let answer = call.run::<K>();
        LAST_WORDS.take();
        scope.respond(caller, Reply { id, answer });
    }
}

/// Answers the call that runs, should it panic.
type LastWords = Box<dyn FnOnce(Answer)>;

thread_local! {
    static LAST_WORDS: RefCell<Option<LastWords>> = const { RefCell::new(None) };
}

/// Nothing can be said once the instance has trapped, so the hook says it before. What gloo has
/// borrowed stays borrowed then, so the worker is of no use any more.
fn listen_for_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            before(info);
            let Some(say) = LAST_WORDS.take() else { return };
            let message = info.payload_as_str().unwrap_or("a panic without a message").into();
            say(Answer::Panicked { message, location: info.location().map(ToString::to_string) });
            js_sys::global().unchecked_into::<DedicatedWorkerGlobalScope>().close();
        }));
    });
}
