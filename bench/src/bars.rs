//! The ratios that the pool must show, and whether it does.

use crate::{
    results::{Bar, Bound, CaseResult},
    statistics::{Summary, paired_ratio},
    turn::DROPPED,
};

/// What must be true of a figure of one case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) case: &'static str,
    text: &'static str,
    figure: Figure,
    bound: Bound,
}

/// Which figure.
#[derive(Clone, Copy, Debug)]
enum Figure {
    /// The first contender's to the second's.
    Ratio(Who, Who),
    /// A contender's own.
    Median(Who),
    /// What else was seen of it.
    Also(Who, &'static str),
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
    Claim { case, text, figure: Figure::Ratio(dividend, divisor), bound }
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
        "small",
        "one small job with `inline: 'auto'`, to raw postMessage",
        ("unjank-auto", 2),
        ("raw", 2),
        Bound::AtMost(0.2),
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
    claim(
        "blur-5",
        "in place, two workers, times one worker",
        ("unjank-in-place", 1),
        ("unjank-in-place", 2),
        Bound::AtLeast(1.85),
    ),
    claim(
        "blur-5",
        "pre-cut bands, to wasm-vips, one thread each",
        ("unjank-bands", 1),
        ("vips", 1),
        Bound::AtMost(0.8),
    ),
    claim(
        "blur-5",
        "pre-cut bands, to wasm-vips, two threads each",
        ("unjank-bands", 2),
        ("vips", 2),
        Bound::AtMost(0.8),
    ),
    claim(
        "blur-5",
        "pre-cut bands, two workers, times one worker",
        ("unjank-bands", 1),
        ("unjank-bands", 2),
        Bound::AtLeast(1.85),
    ),
    claim(
        "blur-5",
        "pre-cut bands, to wasm-bindgen-rayon, two threads each",
        ("unjank-bands", 2),
        ("rayon", 2),
        Bound::AtMost(1.05),
    ),
    claim(
        "blur-5",
        "spread, two workers, times one worker",
        ("unjank-spread", 1),
        ("unjank-spread", 2),
        Bound::AtLeast(1.5),
    ),
    claim(
        "blur-5",
        "spread, to chunks that are gathered",
        ("unjank-spread", 2),
        ("unjank", 2),
        Bound::AtMost(0.65),
    ),
    claim(
        "blur-2",
        "spread, two workers, times one worker",
        ("unjank-spread", 1),
        ("unjank-spread", 2),
        Bound::AtLeast(1.6),
    ),
    claim(
        "blur-5",
        "resident, two workers, times one worker",
        ("unjank-resident", 1),
        ("unjank-resident", 2),
        Bound::AtLeast(1.85),
    ),
    claim(
        "blur-2",
        "resident, two workers, times one worker",
        ("unjank-resident", 1),
        ("unjank-resident", 2),
        Bound::AtLeast(1.85),
    ),
    claim(
        "sobel",
        "resident, two workers, times one worker",
        ("unjank-resident", 1),
        ("unjank-resident", 2),
        Bound::AtLeast(1.85),
    ),
    Claim {
        case: "jank",
        text: "longest task of the page, ms",
        figure: Figure::Median(("unjank", 2)),
        bound: Bound::AtMost(8.0),
    },
    Claim {
        case: "jank",
        text: "frames dropped",
        figure: Figure::Also(("unjank", 2), DROPPED),
        bound: Bound::AtMost(0.0),
    },
];

impl Claim {
    /// What its case says of it.
    pub(crate) fn judge(&self, case: &CaseResult) -> Bar {
        let figure = match self.figure {
            Figure::Ratio(dividend, divisor) => {
                let samples = |(contender, workers)| case.samples(contender, workers);
                paired_ratio(samples(dividend), samples(divisor)).map(|ratio| ratio.median)
            }
            Figure::Median((contender, workers)) => {
                Summary::of(case.samples(contender, workers)).map(|summary| summary.median)
            }
            Figure::Also((contender, workers), name) => case.also(contender, workers, name),
        };
        Bar::new(self.case, self.text, self.bound, figure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Verdict, samples::*};

    #[test]
    fn a_ratio_is_of_the_two_named_contenders() {
        let case = case("small", &[row("unjank", 2, &[2.0, 4.0]), row("raw", 2, &[1.0, 2.0])]);
        let bar = BARS[0].judge(&case);
        assert_eq!((bar.found, bar.verdict), (Some(2.0), Verdict::Missed));
    }

    #[test]
    fn what_was_not_measured_leaves_it_open() {
        let case = case("small", &[row("unjank", 2, &[2.0])]);
        let bar = BARS[0].judge(&case);
        assert_eq!((bar.found, bar.verdict), (None, Verdict::Open));
    }
}
