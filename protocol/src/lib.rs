//! The vocabulary that the page side (`unjank-pool`) and kernels (`unjank-worker`) share: who is meant
//! ([`JobId`], [`KernelId`], [`WorkerId`]), what is computed ([`Kernel`]), on which part of a buffer
//! ([`Window`], cut by a [`Plan`]), what a kernel module is ([`abi`], `ABI.md`), and what is said
//! ([`Request`], [`Reply`]).
//!
//! ```text
//!  page                                   worker
//!   | ---- start: module, limits ----------> |
//!   | <------------- ready: description ---- |   which kernels the module has
//!   | ---- Request: tasks + buffers -------> |
//!   | <----------- Reply: some verdicts ---- |   about each millisecond, in order
//!   | <----------- Reply: the others ------- |
//! ```
//!
//! There is no message to cancel: a worker that computes cannot read one. A running task is
//! stopped by terminating its worker.
//!
//! # Versions
//! Every frame begins with [`VERSION`]. Page and worker come from one build and always agree; when
//! a deploy replaces one of them, reading answers [`FrameError::VersionMismatch`] and the page refuses
//! to start the pool rather than misread a byte. Kernel modules have a version of their own,
//! [`abi::MAJOR`].
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod abi;
pub mod cbor;
mod chunk;
mod describe;
mod frame;
mod id;
mod kernel;

pub use chunk::{Chunk, Place, Plan, PlanError, Window};
pub use describe::{
    DescribeError, Description, Element, Fault, InputDescription, KernelDescription, Merge,
    OutputDescription, Role, Site,
};
pub use frame::{
    Answer, Bytes, Call, Draft, Expected, FrameError, Input, InputRow, KEPT_PARAMS,
    MEMORY_PER_BYTE, Onward, Params, ParamsRow, Reply, Request, Task, Times, VERSION, Verdict,
};
pub use id::{JobId, KernelId, TaskId, WorkerId};
pub use kernel::{
    Context, Docs, Grain, Host, InputPort, Kernel, KernelError, Level, NoHost, Output, OutputPort,
    Pod, elements, elements_mut, run_alone, run_in_chunks,
};
