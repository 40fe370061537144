//! What needs gloo-worker itself.

mod codec;
mod host;
mod hosted;
mod oneshot;

pub use codec::Postcard;
pub use host::Host;
pub use hosted::{CallError, Hosted, Running};
pub use oneshot::{NamedOneshot, OneshotKernel};
