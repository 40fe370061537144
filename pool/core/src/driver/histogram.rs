//! How long things took, in memory that does not grow.

use super::stats::Percentiles;

/// Bits of a time that are told apart, besides its highest: eight buckets for each doubling.
const FINE: u32 = 3;

/// The last is that of the longest time there is.
const BUCKETS: usize = bucket(u32::MAX) + 1;

/// Times in whole microseconds, by buckets: each time below 16 has its own, and from there on a bucket is at most an
/// eighth as wide as the time it begins with. They take a kilobyte; each counts to 4 billion, and stays there.
#[derive(Debug)]
pub(super) struct Histogram {
    counts: [u32; BUCKETS],
    max_us: u32,
}

impl Histogram {
    pub(super) const fn new() -> Self {
        Self { counts: [0; BUCKETS], max_us: 0 }
    }

    /// Counts a time.
    pub(super) fn count(&mut self, us: u32) {
        if let Some(count) = self.counts.get_mut(bucket(us)) {
            *count = count.saturating_add(1);
        }
        self.max_us = self.max_us.max(us);
    }

    pub(super) fn percentiles(&self) -> Percentiles {
        let [p50_us, p90_us, p99_us, max_us] =
            [50, 90, 99, 100].map(|percent| self.percentile(percent));
        Percentiles { p50_us, p90_us, p99_us, max_us }
    }

    /// By the nearest rank: the longest time of that one's bucket, as far as there was one so long.
    fn percentile(&self, percent: u64) -> u32 {
        let all: u64 = self.counts.iter().map(|&count| u64::from(count)).sum();
        let mut left = all * percent;
        let here = self.counts.iter().position(|&count| {
            left = left.saturating_sub(u64::from(count) * 100);
            left == 0
        });
        here.map_or(0, longest).min(self.max_us)
    }
}

/// Which bucket counts a time.
const fn bucket(us: u32) -> usize {
    // Its lowest bits, which make no difference.
    let blurred = (u32::BITS - 1 - FINE) - (us | (1 << FINE)).leading_zeros();
    ((blurred << FINE) + (us >> blurred)) as usize
}

/// The longest time that a bucket counts.
const fn longest(bucket: usize) -> u32 {
    let bucket = bucket as u32;
    let blurred = (bucket >> FINE).saturating_sub(1);
    // For the last one it wraps, to the longest time there is.
    ((bucket - (blurred << FINE) + 1) << blurred).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    fn counted(times: &[u32]) -> Percentiles {
        let mut histogram = Histogram::new();
        times.iter().for_each(|&us| histogram.count(us));
        histogram.percentiles()
    }

    /// Of every length there is, from none to the longest.
    fn time() -> impl Strategy<Value = u32> {
        (any::<u32>(), 0_u32..=32).prop_map(|(us, shift)| us.checked_shr(shift).unwrap_or(0))
    }

    proptest! {
        #[test]
        fn a_percentile_is_that_of_the_times_themselves_and_at_most_an_eighth_more(
            mut times in prop::collection::vec(time(), 1..400),
        ) {
            let Percentiles { p50_us, p90_us, p99_us, max_us } = counted(&times);
            times.sort_unstable();
            for (percent, told) in [(50, p50_us), (90, p90_us), (99, p99_us), (100, max_us)] {
                let exact = times[(times.len() * percent).div_ceil(100) - 1];
                prop_assert!(told >= exact && told - exact <= exact / 8, "{percent}: {told}, {exact}");
            }
            prop_assert_eq!(max_us, times[times.len() - 1]);
            prop_assert!(p50_us <= p90_us && p90_us <= p99_us && p99_us <= max_us);
        }

        #[test]
        fn the_order_makes_no_difference(
            (one, other) in prop::collection::vec(time(), 0..60)
                .prop_flat_map(|times| (Just(times.clone()), Just(times).prop_shuffle())),
        ) {
            prop_assert_eq!(counted(&one), counted(&other));
        }

        #[test]
        fn a_time_lies_in_its_bucket_and_in_no_other(us in time()) {
            let bucket = bucket(us);
            prop_assert!(us <= longest(bucket));
            prop_assert!(bucket == 0 || us > longest(bucket - 1));
        }
    }

    #[test]
    fn short_times_are_told_exactly_and_so_is_one_alone() {
        for us in (0..16).chain([17, 1000, 123_456_789, u32::MAX]) {
            let Percentiles { p50_us, p90_us, p99_us, max_us } = counted(&[us]);
            assert_eq!([p50_us, p90_us, p99_us, max_us], [us; 4]);
        }
        let short: Vec<u32> = (1..=10).collect();
        let Percentiles { p50_us, p90_us, p99_us, .. } = counted(&short);
        assert_eq!([p50_us, p90_us, p99_us], [5, 9, 10]);
    }

    #[test]
    fn nothing_took_no_time() {
        assert_eq!(counted(&[]), Percentiles::default());
    }

    #[test]
    fn there_is_a_bucket_for_the_longest_time_and_none_behind_it() {
        assert_eq!((BUCKETS, longest(BUCKETS - 1)), (240, u32::MAX));
    }

    #[test]
    fn a_bucket_that_is_full_stays_full() {
        let mut histogram = Histogram::new();
        histogram.counts[bucket(5)] = u32::MAX;
        histogram.counts[bucket(3)] = u32::MAX - 1;
        (0..3).for_each(|_| histogram.count(5));
        (0..3).for_each(|_| histogram.count(3));
        let Percentiles { p50_us, p90_us, .. } = histogram.percentiles();
        assert_eq!((p50_us, p90_us), (3, 5));
    }
}
