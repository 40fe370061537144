//! A gloo oneshot as a kernel.

use std::{fmt, future::Future, marker::PhantomData};

use gloo_worker::oneshot::Oneshot;
use serde::{Serialize, de::DeserializeOwned};
use unjank_protocol::{Context, Kernel, KernelError, Output};

use crate::run_oneshot;

/// A gloo oneshot with a name that callers know its kernel by.
///
/// The promise of a [`Kernel`] binds it too: what it gives must depend on its input alone, because
/// a oneshot whose worker died may be run again.
pub trait NamedOneshot:
    Oneshot<Input: Serialize + DeserializeOwned>
    + Future<Output: Serialize + DeserializeOwned>
    + 'static
{
    /// The kernel's name, unique within a registry.
    const NAME: &'static str;
}

/// The kernel that a oneshot is: its input and its output travel as payloads, in postcard.
///
/// ```no_run
/// use gloo_worker::oneshot::oneshot;
/// use unjank_gloo::browser::{NamedOneshot, OneshotKernel};
/// use unjank_protocol::run_alone;
///
/// #[oneshot]
/// async fn Squared(input: u32) -> u32 {
///     input * input
/// }
///
/// impl NamedOneshot for Squared {
///     const NAME: &'static str = "squared";
/// }
///
/// // Seven and forty-nine, as postcard writes them.
/// assert_eq!(run_alone::<OneshotKernel<Squared>>(&(), &[7], 1), Ok(vec![49]));
/// ```
///
/// A module has it like any other kernel: `kernels!(OneshotKernel<Squared>)`. On the page,
/// [`OneshotPool`](super::OneshotPool) has a typed call, `pool.oneshot::<Squared>(&7)`.
///
/// # Errors
/// [`KernelError::Failed`] with the code of an [`OneshotFault`](crate::OneshotFault). A oneshot that
/// waits for something outside (a timer, a request) is one: it cannot end while a kernel runs.
pub struct OneshotKernel<O> {
    oneshot: PhantomData<fn() -> O>,
}

impl<O> fmt::Debug for OneshotKernel<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneshotKernel")
    }
}

impl<O: NamedOneshot> Kernel for OneshotKernel<O> {
    const NAME: &'static str = O::NAME;
    type Params = ();

    fn run(
        _params: &(),
        input: &mut [u8],
        output: &mut Output,
        _cx: &Context,
    ) -> Result<(), KernelError> {
        run_oneshot(O::create, input, output.grow())
    }
}
