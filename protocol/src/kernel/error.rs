//! Why a kernel has no result.

use alloc::{format, string::String};
use core::fmt;

/// Why a kernel gave up.
///
/// A text becomes a [`KernelError::Failed`] with code 0, so `?` and `into()` do for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KernelError {
    /// The parameters are of the right type and still cannot be used.
    Params {
        /// What is wrong with them.
        message: String,
    },
    /// An input cannot be used.
    Input {
        /// What is wrong with it.
        message: String,
    },
    /// The host said to stop.
    Cancelled,
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

    /// An input cannot be used, because `message`.
    #[must_use]
    pub fn input(message: impl Into<String>) -> Self {
        Self::Input { message: message.into() }
    }

    /// The kernel failed with a number of its own choice.
    #[must_use]
    pub fn failed(code: u32, message: impl Into<String>) -> Self {
        Self::Failed { code, message: message.into() }
    }

    /// Input `index` is not there.
    #[must_use]
    #[cold]
    pub fn no_input(index: usize) -> Self {
        Self::input(format!("input {index} is missing"))
    }

    /// The `length` bytes of input `index` are no whole number of elements.
    #[must_use]
    #[cold]
    pub fn odd_input(index: usize, length: usize) -> Self {
        Self::input(format!("input {index} has {length} bytes: no whole number of elements"))
    }

    /// Input `index` does not begin where its elements may.
    #[must_use]
    #[cold]
    pub fn misaligned_input(index: usize) -> Self {
        Self::input(format!("input {index} is not aligned to its elements"))
    }
}

impl From<String> for KernelError {
    fn from(message: String) -> Self {
        Self::failed(0, message)
    }
}

impl From<&str> for KernelError {
    fn from(message: &str) -> Self {
        Self::failed(0, message)
    }
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Params { message } => write!(f, "bad parameters: {message}"),
            Self::Input { message } => write!(f, "bad input: {message}"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Failed { code, message } => write!(f, "kernel error {code}: {message}"),
        }
    }
}

impl core::error::Error for KernelError {}
