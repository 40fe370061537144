//! Futures that end here and now.

use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use serde::{Serialize, de::DeserializeOwned};
use unjank_protocol::KernelError;

/// A future that waits for something outside: a timer, a request, another task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished;

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "it waits for something outside, which cannot come while a kernel runs: do that on \
             the page, and give what it brings as input",
        )
    }
}

impl std::error::Error for Unfinished {}

/// Whether somebody has asked for another poll.
struct Wish(AtomicBool);

impl Wake for Wish {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Drives a future to its end, here and now.
///
/// It is polled for as long as it asks to be. One that asks for ever is like a kernel that never
/// returns: a deadline ends it.
///
/// # Errors
/// When it waits and has not asked for another poll: nothing here could wake it.
///
/// ```
/// use unjank_gloo::{Unfinished, finish};
///
/// assert_eq!(finish(async { 6 * 7 }), Ok(42));
/// assert_eq!(finish(std::future::pending::<()>()), Err(Unfinished));
/// ```
pub fn finish<F: Future>(future: F) -> Result<F::Output, Unfinished> {
    let mut future = pin!(future);
    let wish = Arc::new(Wish(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&wish));
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return Ok(output),
            Poll::Pending if wish.0.swap(false, Ordering::Relaxed) => {}
            Poll::Pending => return Err(Unfinished),
        }
    }
}

/// The numbers of the errors that a oneshot has as a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[repr(u32)]
pub enum OneshotFault {
    /// The input is not what the oneshot takes, in postcard.
    Input = 1,
    /// It is [`Unfinished`].
    Unfinished = 2,
    /// Its output has no form in postcard.
    Output = 3,
}

impl OneshotFault {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32
    }

    fn because(self, why: impl fmt::Display) -> KernelError {
        KernelError::failed(self.code(), why.to_string())
    }
}

/// Reads an input, makes a future of it, drives that to its end, and appends what it gives to
/// `output`; all in postcard.
///
/// # Errors
/// [`KernelError::Failed`] with the code of an [`OneshotFault`].
pub fn run_oneshot<I, F>(
    create: impl FnOnce(I) -> F,
    input: &[u8],
    output: &mut Vec<u8>,
) -> Result<(), KernelError>
where
    I: DeserializeOwned,
    F: Future<Output: Serialize>,
{
    let input = postcard::from_bytes(input).map_err(|error| OneshotFault::Input.because(error))?;
    let given = finish(create(input)).map_err(|error| OneshotFault::Unfinished.because(error))?;
    *output = postcard::to_extend(&given, std::mem::take(output))
        .map_err(|error| OneshotFault::Output.because(error))?;
    Ok(())
}
