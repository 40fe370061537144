//! Which cases there are, and who has a part in them.

use crate::{
    figure::Unit,
    options::Extent,
    plan::{Budget, Case, Entry, Filter, Manner, Room, Size, Work},
};

/// Workers of a pool, unless a case says otherwise.
const WORKERS: u32 = 2;

const TWELVE_MEGAPIXELS: Size = Size { width: 4000, height: 3000 };
const TWENTY_FOUR_MEGAPIXELS: Size = Size { width: 6000, height: 4000 };

/// Who dispatches jobs of bytes.
const DISPATCHERS: [&str; 6] = ["unjank", "raw", "comlink", "workerpool", "gloo", "wasmworker"];

/// Who filters images, those with threads first; with the names of those that can't, which the page gives
/// reasons for.
const FILTERERS: [&str; 11] = [
    "unjank",
    "unjank-in-place",
    "unjank-bands",
    "unjank-spread",
    "unjank-resident",
    "rayon",
    "vips",
    "gloo",
    "wasmworker",
    "comlink",
    "workerpool",
];

/// How many of them have threads.
const THREADED: usize = 7;

/// Those of them that have no workers: they compute on the thread that calls them.
const SINGLE_THREADED: [&str; 3] = ["canvas", "photon", "opencv"];

/// All of them, in the order in which they are measured.
pub(crate) fn all(extent: Extent) -> Vec<Case> {
    let cases = dispatch_cases().into_iter().chain(byte_cases()).chain(start_cases());
    let cases = cases.chain(filter_cases()).chain([jank_case()]).chain(page_cases());
    let cases = cases.chain([size_case()]);
    cases
        .map(|case| match extent {
            Extent::Full => case,
            Extent::Quick => {
                let (warm_up, rounds) = (case.warm_up.min(1), case.rounds.min(3));
                Case { warm_up, rounds, budget: Budget::QUICK, ..case }
            }
        })
        .collect()
}

fn with_workers(contenders: &[&'static str], workers: u32) -> Vec<Entry> {
    contenders.iter().map(|&contender| Entry { contender, workers }).collect()
}

fn dispatch_cases() -> Vec<Case> {
    vec![
        Case {
            name: "small",
            title: "One small job at a time",
            about: "64 bytes to a worker and back, waited for before the next; the mean of 200. With \
                    `inline: 'auto'` unjank runs most of them on the page, once it knows their kernel.",
            unit: Unit::Microseconds,
            room: Room::Plain,
            work: Work::Small { jobs: 200 },
            entries: [with_workers(&DISPATCHERS, WORKERS), with_workers(&["unjank-auto"], WORKERS)]
                .concat(),
            warm_up: 3,
            rounds: 15,
            budget: Budget::FULL,
        },
        Case {
            name: "burst",
            title: "A burst of small jobs",
            about: "5,000 jobs of 64 bytes handed over at once, until all are back. unjank takes them by \
                    one call of runAll; beside it, by a call of run for each.",
            unit: Unit::JobsPerSecond,
            room: Room::Plain,
            work: Work::Burst { jobs: 5000 },
            entries: [with_workers(&["unjank-each"], WORKERS), with_workers(&DISPATCHERS, WORKERS)]
                .concat(),
            warm_up: 3,
            rounds: 11,
            budget: Budget::FULL,
        },
    ]
}

fn byte_cases() -> impl Iterator<Item = Case> {
    const KINDS: [(&str, &str, u32, u32); 3] = [
        ("bytes-64k", "64 KiB there and back", 64 << 10, 40),
        ("bytes-1m", "1 MiB there and back", 1 << 20, 20),
        ("bytes-16m", "16 MiB there and back", 16 << 20, 4),
    ];
    let contenders: Vec<_> = DISPATCHERS.into_iter().chain(["floor"]).collect();
    KINDS.into_iter().map(move |(name, title, bytes, jobs)| Case {
        name,
        title,
        about: "One buffer, given away and come back, through a kernel that changes one byte. \
                The JavaScript peers never copy it; who runs a wasm kernel copies it into its memory \
                and out again, and so does the floor.",
        unit: Unit::Microseconds,
        room: Room::Plain,
        work: Work::Echo { bytes, jobs },
        entries: with_workers(&contenders, WORKERS),
        warm_up: 2,
        rounds: 11,
        budget: Budget::FULL,
    })
}

fn start_cases() -> impl Iterator<Item = Case> {
    const KINDS: [(&str, &str, u32); 3] = [
        ("start-1", "A pool of one worker from nothing", 1),
        ("start-2", "A pool of two workers from nothing", 2),
        ("start-4", "A pool of four workers from nothing", 4),
    ];
    KINDS.into_iter().map(|(name, title, workers)| Case {
        name,
        title,
        about: "Until every worker can take a job. The raw start has as many workers that import the \
                same glue, get the same compiled module by postMessage and instantiate it. The module \
                is compiled before; the JavaScript peers have none to instantiate.",
        unit: Unit::Milliseconds,
        room: Room::Plain,
        work: Work::Start,
        entries: with_workers(
            &["unjank", "raw-start", "raw", "comlink", "workerpool", "gloo", "wasmworker"],
            workers,
        ),
        warm_up: 2,
        rounds: 11,
        budget: Budget::FULL,
    })
}

fn filter_cases() -> impl Iterator<Item = Case> {
    const KINDS: [(&str, &str, Filter, usize); 4] = [
        ("blur-5", "Gaussian blur, sigma 5, 12 megapixels", Filter::Blur { sigma: 5.0 }, 7),
        ("blur-2", "Gaussian blur, sigma 2, 12 megapixels", Filter::Blur { sigma: 2.0 }, 5),
        ("blur-25", "Gaussian blur, sigma 25, 12 megapixels", Filter::Blur { sigma: 25.0 }, 5),
        ("sobel", "Sobel edges, 12 megapixels", Filter::Sobel, 5),
    ];
    KINDS.into_iter().map(|(name, title, filter, rounds)| Case {
        name,
        title,
        about: "RGBA pixels in one buffer on the page, until the result is there in memory: what a \
                contender copies in between is part of using it.",
        unit: Unit::Milliseconds,
        room: Room::Isolated,
        work: Work::Filter { filter, size: TWELVE_MEGAPIXELS },
        entries: filter_entries(),
        warm_up: 1,
        rounds,
        budget: Budget::FULL,
    })
}

/// Those that have threads take part with one and with two.
fn filter_entries() -> Vec<Entry> {
    let alone = with_workers(&FILTERERS[..THREADED], 1);
    let both = with_workers(&FILTERERS, WORKERS);
    let single = with_workers(&SINGLE_THREADED, 1);
    alone.into_iter().chain(both).chain(single).collect()
}

fn jank_case() -> Case {
    let entries = with_workers(&FILTERERS, WORKERS);
    Case {
        name: "jank",
        title: "Longest task of the page while 24 megapixels are blurred",
        about: "Gaussian blur, sigma 5, while the page draws frames. The longest task of its thread \
                is read from the browser's trace; a frame at 60 Hz is 16.7 ms.",
        unit: Unit::Milliseconds,
        room: Room::Isolated,
        work: Work::Jank { filter: Filter::Blur { sigma: 5.0 }, size: TWENTY_FOUR_MEGAPIXELS },
        entries: entries.into_iter().chain(with_workers(&SINGLE_THREADED, 1)).collect(),
        warm_up: 1,
        rounds: 5,
        budget: Budget::FULL,
    }
}

/// What jobs cost the page.
fn page_cases() -> impl Iterator<Item = Case> {
    const COSTS: [(&str, &str, Manner, u32); 2] = [
        ("cost-alone", "Processor time on the page, one job at a time", Manner::Alone, 500),
        ("cost-burst", "Processor time on the page, in a burst", Manner::Burst, 5000),
    ];
    const CALLS: [(&str, &str, Manner, u32); 2] = [
        ("calls-alone", "Calls into and out of wasm, one job at a time", Manner::Alone, 500),
        ("calls-burst", "Calls into and out of wasm, in a burst", Manner::Burst, 5000),
    ];
    let costs = COSTS.into_iter().map(|(name, title, manner, jobs)| Case {
        name,
        title,
        about: "Jobs of 64 bytes. What all tasks of the page's thread took on a processor, from the \
                browser's trace, for each job; the harness's own share is in it for everybody.",
        unit: Unit::Microseconds,
        room: Room::Plain,
        work: Work::Cost { jobs, manner },
        entries: with_workers(&DISPATCHERS, WORKERS),
        warm_up: 1,
        rounds: 5,
        budget: Budget::FULL,
    });
    let calls = CALLS.into_iter().map(|(name, title, manner, jobs)| Case {
        name,
        title,
        about: "Counted on a page of its own, by functions around every import and export of the \
                module.",
        unit: Unit::Calls,
        room: Room::Plain,
        work: Work::Crossings { jobs, manner },
        entries: with_workers(&["unjank"], WORKERS),
        warm_up: 1,
        rounds: 1,
        budget: Budget::FULL,
    });
    costs.chain(calls)
}

fn size_case() -> Case {
    Case {
        name: "size",
        title: "What is loaded",
        about: "All files that a contender fetches to open with two workers, compressed with Brotli; \
                without the harness. Ours has two image filters in it.",
        unit: Unit::Bytes,
        room: Room::Isolated,
        work: Work::Size,
        entries: with_workers(
            &[
                "unjank",
                "comlink",
                "workerpool",
                "gloo",
                "wasmworker",
                "rayon",
                "vips",
                "photon",
                "opencv",
            ],
            WORKERS,
        ),
        warm_up: 0,
        rounds: 1,
        budget: Budget::FULL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_name_of_its_own_and_this_pool_in_it() {
        let cases = all(Extent::Full);
        for (index, case) in cases.iter().enumerate() {
            assert!(cases[..index].iter().all(|other| other.name != case.name), "{}", case.name);
            assert!(case.entries.iter().any(|entry| entry.contender == "unjank"), "{}", case.name);
        }
    }

    #[test]
    fn a_quick_look_has_the_same_cases_in_fewer_rounds() {
        let (full, quick) = (all(Extent::Full), all(Extent::Quick));
        assert_eq!(full.len(), quick.len());
        assert!(full.iter().zip(&quick).all(|(full, quick)| quick.rounds <= full.rounds));
    }
}
