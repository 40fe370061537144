//! The page side of unjank: a pool of Web Workers that runs kernels over byte buffers and never
//! holds the page up.
//!
//! - [`Pool`] is what callers use: [`Pool::job`], [`Pool::map_chunks`].
//! - [`unjank_core`] decides which task goes to which worker, and what is to be done about it. It is pure.
//! - [`Engine`] owns payloads and wakers and carries the decisions out, through a [`Port`].
//! - `browser`, on wasm32 alone, is the port to a real browser.
//!
//! Everything but `browser` is tested natively; a native build cannot name a browser type.
#![forbid(unsafe_code)]

mod chart;
mod chunks;
mod engine;
mod error;
mod gathering;
mod job;
mod pool;
mod port;
mod sizing;

#[cfg(target_arch = "wasm32")]
pub mod browser;

pub use chart::{Chart, Phase, Span, Track};
pub use chunks::{Chunks, Progress};
pub use engine::{Engine, Piece};
pub use error::{Failed, JobError, Rejection, SpawnError, SubmitError};
pub use job::JobHandle;
pub use pool::{ChunksBuilder, JobBuilder, Pool, Sequence};
pub use port::{Message, Port};
pub use scheduler::{Close, Lane};
pub use sizing::{Device, workers_for};
pub use unjank_core::driver::{JobCounts, Occasion, Ownership, Percentiles, Stats, WorkerStats};
pub use unjank_core::scheduler;
