//! What a kernel knows besides its parameters and its main input, and whom it may ask.

use core::{fmt, num::NonZeroU32};

use bytemuck::AnyBitPattern;

use super::{KernelError, elements::nth_elements};
use crate::Window;

/// How much a line in the log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Level {
    /// Something went wrong.
    Error = 0,
    /// Something may be wrong.
    Warning = 1,
    /// Worth knowing.
    Info = 2,
    /// For whoever looks for an error.
    Debug = 3,
}

/// Who runs a kernel, as far as a kernel may ask: the imports of the interface.
///
/// All is optional: a host may do nothing in any of these, and what a kernel computes must not
/// depend on it.
pub trait Host {
    /// Takes a copy of a part of an output before its end. `true`: the kernel should stop.
    fn emit(&self, output: u32, first_unit: u32, part: &[u8]) -> bool {
        let _ = (output, first_unit, part);
        false
    }

    /// Hears how far the kernel is.
    fn progress(&self, done: f64, of: f64) {
        let _ = (done, of);
    }

    /// Whether the kernel should stop.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Milliseconds on a clock that never goes back.
    fn now(&self) -> f64 {
        0.0
    }

    /// Fills bytes from the seed of the call: the same call has the same bytes.
    fn random(&self, bytes: &mut [u8]) {
        let _ = bytes;
    }

    /// Takes a line for the log.
    fn log(&self, level: Level, line: &str) {
        let _ = (level, line);
    }
}

/// A host that does nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHost;

impl Host for NoHost {}

/// What a kernel knows besides its parameters and its main input.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Context<'a> {
    window: Window,
    /// The second input and those behind it.
    further: &'a [&'a [u8]],
    /// Of all inputs, 0 for none.
    identities: &'a [u32],
    host: &'a dyn Host,
}

impl Context<'static> {
    /// A context for `window`, without further inputs, in a host that does nothing.
    #[must_use]
    pub const fn new(window: Window) -> Self {
        Self { window, further: &[], identities: &[], host: &NoHost }
    }
}

impl<'a> Context<'a> {
    /// The same with further inputs: the first of them is input 1.
    #[must_use]
    pub const fn with_inputs<'b>(self, further: &'b [&'b [u8]]) -> Context<'b>
    where
        'a: 'b,
    {
        Context { further, ..self }
    }

    /// The same with the identities of inputs, from input 0 on; 0 is none.
    #[must_use]
    pub const fn with_identities<'b>(self, identities: &'b [u32]) -> Context<'b>
    where
        'a: 'b,
    {
        Context { identities, ..self }
    }

    /// The same in this host.
    #[must_use]
    pub const fn with_host<'b>(self, host: &'b dyn Host) -> Context<'b>
    where
        'a: 'b,
    {
        Context { host, ..self }
    }

    /// Which part of the whole the main input is.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// A further input, counted from 1; `None` when the call has none there.
    #[must_use]
    pub fn input(&self, index: usize) -> Option<&'a [u8]> {
        self.further.get(index.checked_sub(1)?).copied()
    }

    /// A further input as elements.
    ///
    /// # Errors
    /// [`KernelError::Input`] when the call has none there, or when its bytes are no whole number of
    /// elements, or do not begin where such an element may; in a worker they do.
    pub fn input_as<T: AnyBitPattern>(&self, index: usize) -> Result<&'a [T], KernelError> {
        let bytes = self.input(index).ok_or_else(|| KernelError::no_input(index))?;
        nth_elements(index, bytes)
    }

    /// What an input's bytes are known by: the same identity, the same bytes. `None` when they are
    /// known by nothing.
    ///
    /// A kernel may keep what it derived from them until [`Kernel::forget`](super::Kernel::forget).
    #[must_use]
    pub fn identity(&self, index: usize) -> Option<NonZeroU32> {
        self.identities.get(index).copied().and_then(NonZeroU32::new)
    }

    /// Gives a part of an output out before its end; it must stand in the output all the same.
    /// `first_unit` counts in the whole.
    ///
    /// # Errors
    /// [`KernelError::Cancelled`] when the kernel should stop: pass it on.
    pub fn emit(&self, output: u32, first_unit: u32, part: &[u8]) -> Result<(), KernelError> {
        if self.host.emit(output, first_unit, part) { Err(KernelError::Cancelled) } else { Ok(()) }
    }

    /// Says how far the kernel is.
    pub fn progress(&self, done: f64, of: f64) {
        self.host.progress(done, of);
    }

    /// Looks whether the kernel should stop.
    ///
    /// # Errors
    /// [`KernelError::Cancelled`] when it should: pass it on.
    pub fn check_cancelled(&self) -> Result<(), KernelError> {
        if self.host.is_cancelled() { Err(KernelError::Cancelled) } else { Ok(()) }
    }

    /// Milliseconds on a clock that never goes back; 0 in a host without one.
    #[must_use]
    pub fn now(&self) -> f64 {
        self.host.now()
    }

    /// Fills bytes from the seed of the call: the same call has the same bytes. A host without a seed
    /// leaves them as they are.
    pub fn random(&self, bytes: &mut [u8]) {
        self.host.random(bytes);
    }

    /// Writes a line to the host's log.
    pub fn log(&self, level: Level, line: &str) {
        self.host.log(level, line);
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("window", &self.window)
            .field("further", &self.further.len())
            .field("identities", &self.identities)
            .finish_non_exhaustive()
    }
}
