//! What `#[kernel]` needs in its expansion.

use std::fmt::Display;

pub use std::{clone::Clone, option::Option, result::Result, vec::Vec};

pub use unjank_protocol::{
    Context, Docs, Element, Grain, InputPort, Kernel, KernelError, Output, OutputPort, elements,
    elements_mut,
};

/// The error of a function that is a kernel.
#[derive(Debug)]
pub struct Failure<E>(pub E);

impl<E: Into<KernelError>> Failure<E> {
    /// Preferred, because it is the type's own.
    pub fn into_kernel_error(self) -> KernelError {
        self.0.into()
    }
}

/// For errors that can only be displayed.
pub trait Displayed {
    /// With the error's text and code 0.
    fn into_kernel_error(self) -> KernelError;
}

impl<E: Display> Displayed for Failure<E> {
    fn into_kernel_error(self) -> KernelError {
        KernelError::from(self.0.to_string())
    }
}
