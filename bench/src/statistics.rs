//! What many samples of one thing come to.

use serde::{Deserialize, Serialize};

/// The middle of some samples and how far they spread.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) p10: f64,
    pub(crate) p90: f64,
}

impl Summary {
    /// None of no samples.
    pub(crate) fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |share| quantile(&sorted, share);
        Some(Self { median: at(0.5)?, p10: at(0.1)?, p90: at(0.9)? })
    }
}

/// The median of what each round's two samples are to each other: whatever slowed the machine in a
/// round slowed both.
pub(crate) fn paired_ratio(dividends: &[f64], divisors: &[f64]) -> Option<Summary> {
    let ratios: Vec<f64> = dividends.iter().zip(divisors).map(|(a, b)| a / b).collect();
    Summary::of(&ratios)
}

/// Of sorted samples, with the straight line between neighbours.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_or_lies_between_two() {
        assert_eq!(Summary::of(&[3.0, 1.0, 2.0]).unwrap().median, 2.0);
        assert_eq!(Summary::of(&[4.0, 1.0, 2.0, 3.0]).unwrap().median, 2.5);
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn one_sample_is_all_there_is() {
        assert_eq!(Summary::of(&[7.0]), Some(Summary { median: 7.0, p10: 7.0, p90: 7.0 }));
    }

    #[test]
    fn tenths_lie_on_the_line_between_neighbours() {
        let samples: Vec<f64> = (0..=20).map(f64::from).collect();
        let found = Summary::of(&samples).unwrap();
        assert_eq!((found.p10, found.median, found.p90), (2.0, 10.0, 18.0));
    }

    #[test]
    fn a_round_that_slows_both_does_not_change_their_ratio() {
        let (ours, theirs) = ([1.0, 10.0, 2.0], [2.0, 20.0, 4.0]);
        assert_eq!(paired_ratio(&ours, &theirs).unwrap().median, 0.5);
        assert_eq!(paired_ratio(&ours, &[]), None);
    }
}
