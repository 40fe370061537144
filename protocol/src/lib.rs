//! The vocabulary that the page side (`unjank-pool`) and the worker side (`unjank-worker`) share:
//! who is meant ([`JobId`], [`KernelId`], [`WorkerId`]), what is computed ([`Kernel`]), on which
//! part of a buffer ([`Window`], cut by a [`Plan`]), and what is said ([`Hello`], [`Request`],
//! [`Reply`]).
//!
//! ```text
//!  page                                   worker
//!   | ---- start: module, limits ----------> |   (plain JavaScript object, before Rust runs)
//!   | <------------------------- Hello ----- |   version and kernel names
//!   | ---- Request: tasks + buffers -------> |
//!   | <--------- Reply: verdicts + buffers - |   one for each request, in order
//! ```
//!
//! There is no message to cancel: a worker that computes cannot read one. A running task is
//! stopped by terminating its worker.
//!
//! # Versions
//! Every frame begins with [`VERSION`]. Page and worker come from one build and always agree; when
//! a deploy replaces one of them, [`decode`] answers [`DecodeError::VersionMismatch`] and the page
//! refuses to start the pool rather than misread a byte.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod abi;
pub mod cbor;
mod chunk;
mod describe;
mod envelope;
mod error;
mod frame;
mod id;
mod kernel;

pub use chunk::{Chunk, Place, Plan, PlanError, Window};
pub use describe::{
    DescribeError, Description, Fault, InputDescription, KernelDescription, MergeRule,
    OutputDescription, Site,
};
pub use envelope::{open, seal};
pub use error::DecodeError;
pub use frame::{
    Bytes, Entry, Frame, Hello, MEMORY_PER_BYTE, Params, Reply, Request, Task, Times, VERSION,
    Verdict, decode, encode,
};
pub use id::{JobId, KernelId, TaskId, WorkerId};
pub use kernel::{
    Context, Docs, Element, Grain, Host, InputPort, Kernel, KernelError, Level, Merge, NoHost,
    Output, OutputPort, Pod, Role, run_alone, run_in_chunks,
};
