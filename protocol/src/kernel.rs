//! What is computed: pure functions over bytes.

use alloc::{string::String, vec::Vec};
use core::{fmt, num::NonZeroU32, ops::Range};

use serde::{Serialize, de::DeserializeOwned};

use crate::{Plan, Window};

/// A pure function over bytes, written once, run in workers and tested natively.
///
/// *Pure* is a promise the pool relies on: a kernel whose worker died may be called again with the
/// same input, so the output must depend on the arguments alone.
///
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

    /// What callers choose. Rust callers' travel in postcard, JavaScript callers' as a plain
    /// object; both are decoded in the worker.
    type Params: Serialize + DeserializeOwned;

    /// Which parts of a long input may be computed one after the other.
    const GRAIN: Grain = Grain::Window;

    /// How many units of context the kernel needs on either side of a chunk.
    #[must_use]
    fn halo(_params: &Self::Params) -> u32 {
        0
    }

    /// Computes the core of `cx.window()` from `input`, which is core and halo.
    ///
    /// `input` is the worker's own copy: it may be overwritten, as scratch or to compute in place
    /// (then say so with [`Output::keep_input`]).
    ///
    /// # Errors
    /// [`KernelError::params`] for parameters it cannot work with, [`KernelError::failed`] for
    /// input it cannot work with. A panic is caught too, at the price of a fresh instance.
    fn run(
        params: &Self::Params,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
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

/// What a kernel knows besides its parameters and its input.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Context {
    window: Window,
}

impl Context {
    /// A context for `window`.
    #[must_use]
    pub const fn new(window: Window) -> Self {
        Self { window }
    }

    /// Which part of the whole the input is.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }
}

/// Where a kernel puts its result: in bytes of its own, or in a part of the input.
#[derive(Debug, Default)]
pub struct Output {
    bytes: Vec<u8>,
    kept: Option<Range<usize>>,
}

impl Output {
    /// An empty output.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), kept: None }
    }

    /// `length` zero bytes to be filled; replaces what was there.
    pub fn fill(&mut self, length: usize) -> &mut [u8] {
        self.kept = None;
        self.bytes.clear();
        self.bytes.resize(length, 0);
        &mut self.bytes
    }

    /// Bytes of unknown length, to be appended to; what was there is cleared.
    pub fn grow(&mut self) -> &mut Vec<u8> {
        self.kept = None;
        self.bytes.clear();
        &mut self.bytes
    }

    /// Says that the result is this part of the input, computed in place.
    pub fn keep_input(&mut self, range: Range<usize>) {
        self.kept = Some(range);
    }

    /// The result, given the input as the kernel left it; `None` when the kernel kept a range that
    /// the input does not have.
    #[must_use]
    pub fn result<'a>(&'a self, input: &'a [u8]) -> Option<&'a [u8]> {
        match &self.kept {
            None => Some(&self.bytes),
            Some(range) => input.get(range.clone()),
        }
    }
}

/// Why a kernel gave up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KernelError {
    /// The parameters are of the right type and still cannot be used.
    Params {
        /// What is wrong with them.
        message: String,
    },
    /// Anything else.
    Failed {
        /// The kernel's own number for it.
        code: u32,
        /// What happened.
        message: String,
    },
}

impl KernelError {
    /// The parameters cannot be used, because `message`.
    #[must_use]
    pub fn params(message: impl Into<String>) -> Self {
        Self::Params { message: message.into() }
    }

    /// The kernel failed with a number of its own choice.
    #[must_use]
    pub fn failed(code: u32, message: impl Into<String>) -> Self {
        Self::Failed { code, message: message.into() }
    }
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Params { message } => write!(f, "bad parameters: {message}"),
            Self::Failed { code, message } => write!(f, "kernel error {code}: {message}"),
        }
    }
}

impl core::error::Error for KernelError {}

/// Runs a kernel here and now on a whole buffer of units of `stride` bytes, as a worker would: for
/// tests, benchmarks, and hosts without workers.
///
/// # Errors
/// What the kernel answers, and [`KernelError::Params`] when the stride does not fit the input.
pub fn run_alone<K: Kernel>(
    params: &K::Params,
    input: &[u8],
    stride: u32,
) -> Result<Vec<u8>, KernelError> {
    let units = u32::try_from(input.len()).unwrap_or(u32::MAX).max(1);
    run_in_chunks::<K>(params, input, stride, Some(units))
}

/// Runs a kernel here and now, chunk after chunk as [`Plan::new`] cuts, with the kernel's own
/// halo, and joins the results: the reference that chunked runs on workers are compared with.
///
/// # Errors
/// As [`run_alone`].
pub fn run_in_chunks<K: Kernel>(
    params: &K::Params,
    input: &[u8],
    stride: u32,
    units: Option<u32>,
) -> Result<Vec<u8>, KernelError> {
    let plan = Plan::new(input.len(), stride, units, K::halo(params))
        .map_err(|error| KernelError::params(alloc::format!("{error}")))?;
    let mut joined = Vec::with_capacity(input.len());
    let mut output = Output::new();
    for chunk in plan.chunks() {
        let mut piece = input[chunk.input].to_vec();
        output.grow();
        K::run(params, &mut piece, &mut output, &Context::new(chunk.window))?;
        let result = output.result(&piece);
        joined.extend_from_slice(result.ok_or_else(|| kept_too_much(&piece))?);
    }
    Ok(joined)
}

fn kept_too_much(input: &[u8]) -> KernelError {
    KernelError::failed(
        0,
        alloc::format!("the kernel kept more than its input of {} bytes", input.len()),
    )
}
