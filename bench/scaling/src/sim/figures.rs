//! What a run shows.

use super::Nanos;

/// The figures of one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    pub(crate) workers: u16,
    /// From the first job until the last result.
    pub(crate) time: Nanos,
    /// The share of that time in which the page was busy.
    pub(crate) page_load: f64,
    /// From the time a job came until its result was there.
    pub(crate) median: Nanos,
    pub(crate) p99: Nanos,
    /// The most jobs that waited at once.
    pub(crate) queued: usize,
}

/// From this load on the page is the limit: more workers would wait for it.
const BUSY: f64 = 0.9;

impl Figures {
    /// Whether the page, and not the workers, decides how long it takes.
    pub(crate) fn is_limited_by_page(&self) -> bool {
        self.page_load >= BUSY
    }

    /// How many times faster than `one` worker.
    pub(crate) fn speed_up(&self, one: &Self) -> f64 {
        one.time as f64 / self.time as f64
    }
}

/// The value that `share` of all are not above.
pub(crate) fn quantile(sorted: &[Nanos], share: f64) -> Nanos {
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).or(sorted.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_there() {
        let all: Vec<Nanos> = (1..=200).collect();
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|share| quantile(&all, share)), [1, 100, 198, 200]);
        assert_eq!((quantile(&[], 0.5), quantile(&[7], 0.99)), (0, 7));
    }
}
