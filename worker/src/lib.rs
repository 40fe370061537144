//! Makes a kernel module of kernels in Rust: plain WebAssembly by unjank's written interface.
#![deny(unsafe_code)]

mod call;
mod describe;
mod exports;
mod module;
mod panics;
mod registry;
mod slot;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod wasm;

pub use self::{
    module::{Module, Place},
    registry::{Entry, Registry},
};
pub use unjank_protocol::{
    Context, Docs, Element, Grain, Host, InputPort, Kernel, KernelError, KernelId, Level, Merge,
    Output, OutputPort, Role, Window, cbor, run_alone, run_in_chunks,
};
