//! The port to a real browser.
//!
//! Nothing here decides anything: workers, buffers, timers and events are wrapped in values that
//! clean up when they are dropped, and what happens is told to the [`Engine`].

mod buffer;
mod builder;
mod bytes;
mod clock;
mod error;
mod kernels;
#[cfg_attr(not(feature = "timeline"), path = "unseen.rs")]
mod measures;
mod params;
mod port;
mod spares;
mod timer;
mod worker;

pub use buffer::Buffer;
pub use builder::PoolBuilder;
pub use params::read_params;
pub use port::WebPort;

#[cfg(doc)]
use crate::Engine;

/// A pool in a browser.
pub type Pool = crate::Pool<WebPort>;
