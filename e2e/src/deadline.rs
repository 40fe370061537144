//! How long a test waits before it fails.

use std::time::{Duration, Instant};

/// Long enough for anything on a busy machine; what takes longer hangs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A point in time after which waiting is pointless.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// That much from here on.
    #[must_use]
    pub fn after(patience: Duration) -> Self {
        Self(instant() + patience)
    }

    /// What is left; `None` once it has passed.
    #[must_use]
    pub fn left(self) -> Option<Duration> {
        let left = self.0.saturating_duration_since(instant());
        (!left.is_zero()).then_some(left)
    }
}

/// A stopwatch, for figures that are printed and never asserted.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts at zero.
    #[must_use]
    pub fn start() -> Self {
        Self(instant())
    }

    /// Milliseconds since the start.
    #[must_use]
    pub fn milliseconds(self) -> u128 {
        self.0.elapsed().as_millis()
    }
}

#[expect(clippy::disallowed_methods, reason = "this crate never runs in the browser")]
fn instant() -> Instant {
    Instant::now()
}
