//! The ratios that the pool must show, and whether it does.

use crate::{
    results::{Bar, Bound, CaseResult},
    statistics::paired_ratio,
};

/// A ratio of two contenders' figures in one case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) case: &'static str,
    text: &'static str,
    dividend: Who,
    divisor: Who,
    bound: Bound,
}

/// A contender with a number of workers.
type Who = (&'static str, u32);

const fn claim(
    case: &'static str,
    text: &'static str,
    dividend: Who,
    divisor: Who,
    bound: Bound,
) -> Claim {
    Claim { case, text, dividend, divisor, bound }
}

/// All of them.
pub(crate) const BARS: &[Claim] = &[
    claim(
        "small",
        "one small job, to raw postMessage",
        ("unjank", 2),
        ("raw", 2),
        Bound::AtMost(1.3),
    ),
    claim(
        "burst",
        "jobs a second, to the raw pool",
        ("unjank", 2),
        ("raw", 2),
        Bound::AtLeast(10.0),
    ),
    claim(
        "burst",
        "jobs a second, to comlink",
        ("unjank", 2),
        ("comlink", 2),
        Bound::AtLeast(10.0),
    ),
    claim(
        "burst",
        "jobs a second, to workerpool",
        ("unjank", 2),
        ("workerpool", 2),
        Bound::AtLeast(10.0),
    ),
    claim(
        "burst",
        "jobs a second, to gloo-worker",
        ("unjank", 2),
        ("gloo", 2),
        Bound::AtLeast(10.0),
    ),
    claim(
        "burst",
        "jobs a second, to wasmworker",
        ("unjank", 2),
        ("wasmworker", 2),
        Bound::AtLeast(10.0),
    ),
    claim(
        "bytes-16m",
        "16 MiB there and back, to raw transfer and two copies",
        ("unjank", 2),
        ("floor", 2),
        Bound::AtMost(1.5),
    ),
    claim(
        "bytes-16m",
        "16 MiB, how many times faster than gloo-worker",
        ("gloo", 2),
        ("unjank", 2),
        Bound::AtLeast(8.0),
    ),
    claim(
        "bytes-16m",
        "16 MiB, how many times faster than wasmworker",
        ("wasmworker", 2),
        ("unjank", 2),
        Bound::AtLeast(8.0),
    ),
    claim(
        "start-1",
        "1 worker, to the raw start",
        ("unjank", 1),
        ("raw-start", 1),
        Bound::AtMost(1.3),
    ),
    claim(
        "start-2",
        "2 workers, to the raw start",
        ("unjank", 2),
        ("raw-start", 2),
        Bound::AtMost(1.3),
    ),
    claim(
        "start-4",
        "4 workers, to the raw start",
        ("unjank", 4),
        ("raw-start", 4),
        Bound::AtMost(1.3),
    ),
    claim(
        "blur-5",
        "to wasm-vips, one thread each",
        ("unjank", 1),
        ("vips", 1),
        Bound::AtMost(0.8),
    ),
    claim(
        "blur-5",
        "to wasm-vips, two threads each",
        ("unjank", 2),
        ("vips", 2),
        Bound::AtMost(0.8),
    ),
    claim(
        "blur-5",
        "two workers, times one worker",
        ("unjank", 1),
        ("unjank", 2),
        Bound::AtLeast(1.85),
    ),
    claim(
        "blur-5",
        "to wasm-bindgen-rayon, two threads each",
        ("unjank", 2),
        ("rayon", 2),
        Bound::AtMost(1.05),
    ),
];

impl Claim {
    /// What the results say of it.
    pub(crate) fn judge(&self, cases: &[CaseResult]) -> Bar {
        let case = cases.iter().find(|case| case.name == self.case);
        let samples =
            |(contender, workers)| case.map_or(&[][..], |case| case.samples(contender, workers));
        let ratio = paired_ratio(samples(self.dividend), samples(self.divisor));
        let found = ratio.map(|ratio| ratio.median);
        Bar {
            case: self.case.into(),
            claim: self.text.into(),
            bound: self.bound,
            found,
            verdict: self.bound.judge(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Verdict, samples::*};

    #[test]
    fn a_ratio_is_of_the_two_named_contenders() {
        let case = case("small", &[row("unjank", 2, &[2.0, 4.0]), row("raw", 2, &[1.0, 2.0])]);
        let bar = BARS[0].judge(&[case]);
        assert_eq!((bar.found, bar.verdict), (Some(2.0), Verdict::Missed));
    }

    #[test]
    fn what_was_not_measured_leaves_it_open() {
        let case = case("small", &[row("unjank", 2, &[2.0])]);
        let bar = BARS[0].judge(&[case]);
        assert_eq!((bar.found, bar.verdict), (None, Verdict::Open));
    }
}
