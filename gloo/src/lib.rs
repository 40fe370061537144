//! Between unjank and [gloo-worker](https://docs.rs/gloo-worker): what is written for the one runs
//! on the other.
//!
//! - An app that speaks gloo can have a [`Kernel`](unjank_protocol::Kernel) as a gloo worker: its
//!   worker script registers a `browser::Host`, its page spawns a `browser::Hosted` and calls it.
//! - A gloo oneshot can run on the pool: `browser::OneshotKernel` is a kernel like any other, and
//!   `browser::OneshotPool` gives pools a typed call.
//! - Both speak postcard: `browser::Postcard` is a codec for any gloo worker, in bincode's place.
//!
//! This is for small payloads and for moving over step by step. gloo-worker 0.6 copies bytes where
//! the pool transfers them, starts each worker from scratch, and says nothing of a script that is
//! missing.
//!
//! What needs gloo is under `browser`, on wasm32 alone. It is a package of its own, which
//! the pool does not know, because few want to depend on what gloo-worker brings along.
#![forbid(unsafe_code)]

mod call;
mod finish;
mod message;
mod payload;

#[cfg(target_arch = "wasm32")]
pub mod browser;

pub use call::{Answer, Call, Reply};
pub use finish::{OneshotFault, Unfinished, finish, run_oneshot};
pub use message::{UnreadableError, UnwritableError, read, write};
pub use payload::Payload;
