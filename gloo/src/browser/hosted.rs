//! The page's end of a hosted kernel.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    error, fmt,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use futures::channel::oneshot::{Receiver, Sender, channel};
use gloo_worker::{Spawnable, WorkerBridge};
use unjank_protocol::{Kernel, KernelError, Window};

use super::{Host, Postcard};
use crate::{Answer, Call, Payload, Reply};

/// A worker that hosts the kernel `K`. It is told to end when this is dropped, and ends when it has
/// done what it was sent.
///
/// ```no_run
/// use unjank_gloo::browser::Hosted;
/// use unjank_protocol::Window;
/// # use unjank_gloo::browser::CallError;
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
/// async fn invert() -> Result<Vec<u8>, CallError> {
///     let kernel = Hosted::<Invert>::spawn("/invert-worker.js");
///     kernel.run((), vec![1, 2, 3], Window::whole(1, 3)).await
/// }
/// ```
pub struct Hosted<K: Kernel> {
    bridge: WorkerBridge<Host<K>>,
    desk: Rc<RefCell<Desk>>,
}

impl<K: Kernel> Hosted<K> {
    /// Starts a worker of a script that loads the module and registers a [`Host`] of this kernel.
    ///
    /// gloo does not say when the script is missing or does something else. Calls wait for ever
    /// then.
    ///
    /// # Panics
    /// When the browser refuses to make a worker of this address.
    #[must_use]
    pub fn spawn(script: &str) -> Self {
        let desk = Rc::new(RefCell::new(Desk::default()));
        let hear = Rc::clone(&desk);
        let bridge = Host::<K>::spawner()
            .callback(move |reply| settle(&hear, reply))
            .with_loader(true)
            .encoding::<Postcard>()
            .spawn(script);
        Self { bridge, desk }
    }

    /// Sends a call, which waits for those before it. Dropping the future does not stop it.
    pub fn run(&self, params: K::Params, input: Vec<u8>, window: Window) -> Running {
        let (tell, hear) = channel();
        let id = self.desk.borrow_mut().expect(tell);
        if let Some(id) = id {
            self.bridge.send(Call { id, params, window, input: Payload(input) });
        }
        Running(hear)
    }
}

impl<K: Kernel> fmt::Debug for Hosted<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosted").field("kernel", &K::NAME).finish_non_exhaustive()
    }
}

/// Who waits for which reply.
#[derive(Debug)]
enum Desk {
    Open {
        next: u32,
        waiting: BTreeMap<u32, Sender<Answer>>,
    },
    /// The worker has panicked.
    Lost,
}

impl Default for Desk {
    fn default() -> Self {
        Self::Open { next: 0, waiting: BTreeMap::new() }
    }
}

impl Desk {
    /// The number for a call. A sender that is not kept tells that the worker is lost.
    fn expect(&mut self, tell: Sender<Answer>) -> Option<u32> {
        let Self::Open { next, waiting } = self else { return None };
        let id = *next;
        *next = next.wrapping_add(1);
        waiting.insert(id, tell);
        Some(id)
    }

    fn caller(&mut self, id: u32) -> Option<Sender<Answer>> {
        let Self::Open { waiting, .. } = self else { return None };
        waiting.remove(&id)
    }
}

/// Wakes whoever waits for this reply, with nothing borrowed; and after a panic everybody.
fn settle(desk: &RefCell<Desk>, Reply { id, answer }: Reply) {
    let caller = desk.borrow_mut().caller(id);
    let is_lost = matches!(answer, Answer::Panicked { .. });
    let given_up = is_lost.then(|| desk.replace(Desk::Lost));
    if let Some(caller) = caller {
        // The caller may have dropped its future.
        let _ = caller.send(answer);
    }
    drop(given_up);
}

/// A call on its way: a future of its output.
#[derive(Debug)]
#[must_use = "what a call comes to is known to those who await it"]
pub struct Running(Receiver<Answer>);

impl Future for Running {
    type Output = Result<Vec<u8>, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|heard| match heard {
            Ok(Answer::Completed(Payload(output))) => Ok(output),
            Ok(Answer::BadParams { message }) => {
                Err(CallError::Kernel(KernelError::params(message)))
            }
            Ok(Answer::Failed { code, message }) => {
                Err(CallError::Kernel(KernelError::failed(code, message)))
            }
            Ok(Answer::Panicked { message, location }) => {
                Err(CallError::Panicked { message, location })
            }
            Err(_) => Err(CallError::Lost),
        })
    }
}

/// Why a call of a hosted kernel has no output.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// The kernel returned an error.
    Kernel(KernelError),
    /// The kernel panicked in this call.
    Panicked {
        /// The panic's message.
        message: String,
        /// `file:line:column` of the panic.
        location: Option<String>,
    },
    /// The kernel panicked in another call, and gloo cannot put a worker back to its first state.
    Lost,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel(error) => error.fmt(f),
            Self::Panicked { message, location: Some(location) } => {
                write!(f, "the kernel panicked: {message}, at {location}")
            }
            Self::Panicked { message, location: None } => {
                write!(f, "the kernel panicked: {message}")
            }
            Self::Lost => f.write_str("the worker has panicked before: spawn another"),
        }
    }
}

impl error::Error for CallError {}
