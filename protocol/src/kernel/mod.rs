//! What is computed: pure functions over bytes.

mod alone;
mod context;
mod elements;
mod error;
mod output;
mod ports;

use core::num::NonZeroU32;

pub use bytemuck::Pod;
use serde::{Serialize, de::DeserializeOwned};

pub use self::{
    alone::{run_alone, run_in_chunks},
    context::{Context, Host, Level, NoHost},
    elements::{elements, elements_mut},
    error::KernelError,
    output::Output,
    ports::{Docs, InputPort, OutputPort},
};

/// A pure function over bytes, written once, run in workers and tested natively.
///
/// *Pure* is a promise the pool relies on: a kernel whose worker died may be called again with the
/// same input, so the output must depend on the arguments alone.
///
/// # The same bytes everywhere
/// What is not exact in std differs from host to host: of a million results of `f64::exp` in a
/// browser and in a Linux server 96,784 differ in their last bit, of `powf` 93,714, of `sin` 30,502.
/// Of those of the crate `libm` none does. So take `exp`, `ln`, `powf`, `sin` and their like from
/// `libm`; arithmetic, `sqrt` and `mul_add` are exact and can stay.
///
/// # An example
/// ```
/// use unjank_protocol::{Context, Kernel, KernelError, Output, run_alone};
///
/// /// Adds a number to every byte, in place.
/// struct Add;
///
/// impl Kernel for Add {
///     const NAME: &'static str = "add";
///     type Params = u8;
///
///     fn run(
///         params: &u8,
///         input: &mut [u8],
///         output: &mut Output,
///         _cx: &Context,
///     ) -> Result<(), KernelError> {
///         for byte in &mut *input {
///             *byte = byte.wrapping_add(*params);
///         }
///         output.keep_input(0..input.len());
///         Ok(())
///     }
/// }
///
/// assert_eq!(run_alone::<Add>(&1, &[1, 2, 3], 1)?, [2, 3, 4]);
/// # Ok::<(), KernelError>(())
/// ```
pub trait Kernel: 'static {
    /// What callers name it; unique within a registry.
    const NAME: &'static str;

    /// What callers choose. It travels as [CBOR](crate::cbor) and is decoded in the worker.
    type Params: Serialize + DeserializeOwned;

    /// Changes when the bytes of the results do.
    const REVISION: u32 = 0;

    /// Whether the results depend on the arguments alone. What is not pure should never be run again
    /// and never cut. Workers keep to that within a task; the pool does not look at it yet.
    const PURE: bool = true;

    /// Which parts of a long input may be computed one after the other.
    const GRAIN: Grain = Grain::Window;

    /// The halo, if it is the same whatever the parameters. Hosts then need not ask a worker for it.
    /// `None`: it is what [`Kernel::halo`] says.
    const HALO: Option<u32> = None;

    /// What goes in. The first is the windowed one, which [`Kernel::run`] is given; the others are in
    /// its context.
    const INPUTS: &'static [InputPort] = &[InputPort::window("", crate::Element::U8)];

    /// What comes out: the first in [`Output`] itself, the others by [`Output::nth`].
    const OUTPUTS: &'static [OutputPort] = &[OutputPort::window("", crate::Element::U8)];

    /// Whether the kernel asks its [`Host`] for anything. Otherwise the module does not import it,
    /// and [`Context`] has a host that does nothing.
    const USES_HOST: bool = false;

    /// What people and their editors read.
    const DOCS: Docs = Docs::NONE;

    /// How many units of context the kernel needs on either side of a chunk.
    #[must_use]
    fn halo(params: &Self::Params) -> u32 {
        let _ = params;
        Self::HALO.unwrap_or(0)
    }

    /// Drops what was kept for an input with this identity; for all of them if there is none.
    fn forget(identity: Option<NonZeroU32>) {
        let _ = identity;
    }

    /// Computes the core of `cx.window()` from `input`, which is core and halo.
    ///
    /// `input` is the worker's own copy: it may be overwritten, as scratch or to compute in place
    /// (then say so with [`Output::keep_input`]). In a worker it begins at a multiple of 16, as
    /// further inputs do, so that it can be seen as larger elements.
    ///
    /// # Errors
    /// [`KernelError::params`] for parameters it cannot work with, [`KernelError::input`] for an
    /// input it cannot work with, [`KernelError::failed`] for the rest. A panic is caught too, at the
    /// price of a fresh instance.
    fn run(
        params: &Self::Params,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context<'_>,
    ) -> Result<(), KernelError>;
}

/// The smallest part of an input that can be computed by itself.
///
/// ```
/// use unjank_protocol::{Context, Grain, Kernel, KernelError, Output};
///
/// /// Swaps black and white, pixel by pixel.
/// struct Invert;
///
/// impl Kernel for Invert {
///     const NAME: &'static str = "invert";
///     const GRAIN: Grain = Grain::bytes(4);
///     type Params = ();
///
///     fn run(
///         _params: &(),
///         input: &mut [u8],
///         output: &mut Output,
///         _cx: &Context,
///     ) -> Result<(), KernelError> {
///         for [red, green, blue, _] in input.as_chunks_mut().0 {
///             *red = !*red;
///             *green = !*green;
///             *blue = !*blue;
///         }
///         output.keep_input(0..input.len());
///         Ok(())
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grain {
    /// The whole window: the kernel is called once for each task.
    Window,
    /// So many bytes. A promise: the kernel has no halo, its result is as long as its input, and
    /// each grain of the result depends on no other byte of the input than those it replaces (and
    /// on the parameters, and on where the window says it is).
    ///
    /// A worker then computes a long task in pieces that stay in its cache, each a whole number of
    /// grains and of units, and puts each result where its input was. So its memory stays small
    /// however long the task is.
    Bytes(NonZeroU32),
}

impl Grain {
    /// A grain of `length` bytes.
    ///
    /// # Panics
    /// When it is zero: for a constant, when it is compiled.
    #[must_use]
    pub const fn bytes(length: u32) -> Self {
        Self::Bytes(NonZeroU32::new(length).expect("a grain has at least one byte"))
    }
}
