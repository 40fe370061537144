//! Figures as people read them.

use serde::{Deserialize, Serialize};

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    Microseconds,
    Milliseconds,
    JobsPerSecond,
    Bytes,
    Calls,
}

impl Unit {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Microseconds => "µs",
            Self::Milliseconds => "ms",
            Self::JobsPerSecond => "jobs/s",
            Self::Bytes => "bytes",
            Self::Calls => "calls a job",
        }
    }

    /// Whether a larger figure is the better one.
    pub(crate) fn better(self) -> Better {
        match self {
            Self::JobsPerSecond => Better::More,
            Self::Microseconds | Self::Milliseconds | Self::Bytes | Self::Calls => Better::Less,
        }
    }

    /// The figure without its unit.
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Self::Bytes | Self::JobsPerSecond => grouped(value),
            Self::Microseconds | Self::Milliseconds | Self::Calls => rounded(value),
        }
    }
}

/// Which of two figures is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    More,
    Less,
}

/// Three digits that count, or all before the point.
pub(crate) fn rounded(value: f64) -> String {
    match value.abs() {
        0.0 => "0".into(),
        ..0.1 => format!("{value:.3}"),
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => grouped(value),
    }
}

/// A whole number with commas between thousands.
pub(crate) fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if value < 0.0 && digits != "0" { format!("-{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let shown = [0.0, 7.4, 999.0, 1000.0, 1_234_567.8, -1234.0].map(grouped);
        assert_eq!(shown, ["0", "7", "999", "1,000", "1,234,568", "-1,234"]);
    }

    #[test]
    fn small_figures_keep_three_digits() {
        let shown = [0.0, 0.0123, 0.123, 9.876, 98.76, 987.6, 9876.0].map(rounded);
        assert_eq!(shown, ["0", "0.012", "0.12", "9.88", "98.8", "988", "9,876"]);
    }

    #[test]
    fn only_a_rate_is_better_when_it_is_larger() {
        assert_eq!(Unit::JobsPerSecond.better(), Better::More);
        assert_eq!(Unit::Milliseconds.better(), Better::Less);
    }
}
