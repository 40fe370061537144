//! What a page and a hosted kernel say to each other.

use std::ptr;

use serde::{Deserialize, Serialize};
use unjank_protocol::{Context, Kernel, KernelError, Output, Window};

use crate::Payload;

/// One call of a kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call<P> {
    /// The caller's number for it, which its [`Reply`] repeats.
    pub id: u32,
    /// The kernel's parameters.
    pub params: P,
    /// Which part of the whole the input is.
    pub window: Window,
    /// What the kernel works on.
    pub input: Payload,
}

/// What a [`Call`] came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The number of the call.
    pub id: u32,
    /// How it ended.
    pub answer: Answer,
}

/// How a [`Call`] ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// The kernel returned; this is its output.
    Completed(Payload),
    /// The kernel cannot work with its parameters.
    BadParams {
        /// What is wrong with them.
        message: String,
    },
    /// The kernel returned an error of its own.
    Failed {
        /// The kernel's own number for it.
        code: u32,
        /// What the kernel said.
        message: String,
    },
    /// The kernel panicked, and its worker is of no use any more.
    Panicked {
        /// The panic's message.
        message: String,
        /// `file:line:column` of the panic.
        location: Option<String>,
    },
}

impl<P> Call<P> {
    /// Runs the kernel here and now.
    #[must_use]
    pub fn run<K: Kernel<Params = P>>(self) -> Answer {
        let Self { params, window, input: Payload(mut input), .. } = self;
        let mut output = Output::new();
        match K::run(&params, &mut input, &mut output, &Context::new(window)) {
            Ok(()) => completed(&output, input),
            Err(error) => Answer::of(error),
        }
    }
}

/// An input that is kept as a whole is the output, and is not copied.
fn completed(output: &Output, input: Vec<u8>) -> Answer {
    match output.result(&input) {
        Some(result) if ptr::eq(result, input.as_slice()) => Answer::Completed(Payload(input)),
        Some(result) => Answer::Completed(Payload(result.to_vec())),
        None => Answer::of(KernelError::failed(0, "the kernel kept more than its input")),
    }
}

impl Answer {
    fn of(error: KernelError) -> Self {
        match error {
            KernelError::Params { message } => Self::BadParams { message },
            KernelError::Failed { code, message } => Self::Failed { code, message },
            KernelError::Input { .. } | KernelError::Cancelled | _ => {
                Self::Failed { code: 0, message: error.to_string() }
            }
        }
    }
}
