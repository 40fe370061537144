//! What needs gloo-worker itself.

mod codec;
mod host;
mod hosted;
mod oneshot;
mod pooled;

pub use codec::Postcard;
pub use host::Host;
pub use hosted::{CallError, Hosted, Running};
pub use oneshot::{NamedOneshot, OneshotKernel};
pub use pooled::{OneshotBuilder, OneshotError, OneshotHandle, OneshotPool};
