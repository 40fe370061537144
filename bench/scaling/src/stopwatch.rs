//! The only real clock here.

use std::time::Instant;

/// Nanoseconds that each of `steps` steps took, all of which `work` does.
#[expect(clippy::disallowed_methods, reason = "what steps cost is measured, on this machine")]
pub(crate) fn time_each(steps: usize, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9 / steps as f64
}
