//! Time as the scheduler knows it: a number that somebody else reads off a clock.

use core::{num::NonZeroU64, time::Duration};

/// Microseconds since an origin of the driver's choice.
///
/// Time that the page spent frozen or in the back/forward cache is not counted, so no deadline
/// passes while nothing could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(
    /// One more than the microseconds, so that an `Option` of it is no larger.
    NonZeroU64,
);

impl Default for Timestamp {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Timestamp {
    /// The origin.
    pub const ZERO: Self = Self(NonZeroU64::MIN);

    /// `micros` microseconds after the origin. Time ends one microsecond before `u64::MAX`.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(NonZeroU64::MIN.saturating_add(micros))
    }

    /// Microseconds since the origin.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0.get() - 1
    }

    /// This much later; the end of time when that is past it.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let seconds = duration.as_secs().saturating_mul(1_000_000);
        let micros = seconds.saturating_add(duration.subsec_micros().into());
        Self(self.0.saturating_add(micros))
    }

    /// How long from `earlier` to this; zero when it is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.as_micros().saturating_sub(earlier.as_micros()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_in_microseconds() {
        let start = Timestamp::from_micros(1500);
        let end = start.after(Duration::from_millis(2));
        assert_eq!(end.as_micros(), 3500);
        assert_eq!(end.since(start), Duration::from_millis(2));
        assert_eq!(start.since(end), Duration::ZERO);
    }

    #[test]
    fn time_ends_and_does_not_begin_again() {
        let last = Timestamp::from_micros(u64::MAX);
        assert_eq!(Timestamp::from_micros(1).after(Duration::MAX), last);
        assert_eq!(last.after(Duration::from_micros(1)), last);
    }
}
