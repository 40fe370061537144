//! Any bytes may be decoded, as a frame or as what a module says of itself, and any numbers make a plan or are refused.
//!
//! The laws are those that `cargo xtask fuzz` searches with coverage as its guide, for as long as
//! one likes. Here they are asked of every input that it kept, and of a bounded number of damaged
//! ones. A failure prints its input and the seed; `UNJANK_SEED` lets the same run happen again.
#![cfg(not(target_arch = "wasm32"))]

use std::{collections::BTreeMap, thread};

use unjank_protocol::{
    Bytes, DescribeError, Fault, FrameError, Params, PlanError, Reply, Request, Verdict,
};

mod corpus;
mod descriptions;
mod frames;
mod mutator;
mod plans;
mod random;

use random::Random;

const DAMAGED_FRAMES: usize = 2_000_000;
const DAMAGED_PLANS: usize = 1_000_000;

/// Magic, version and kind.
const HEADER: usize = 8;

/// Tells which input it was when a law breaks.
struct Suspect<'a> {
    bytes: &'a [u8],
    from: &'a str,
}

impl Drop for Suspect<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            // In the form that `xxd -r -p` turns into a file for the corpus.
            let hex: String = self.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            eprintln!("{}, on these {} bytes: {hex}", self.from, self.bytes.len());
        }
    }
}

/// How often each thing happened.
type Tally = BTreeMap<&'static str, usize>;

/// What is fuzzed.
struct Target<T> {
    /// The folder of its corpus.
    name: &'static str,
    /// The bytes at the front without which nothing behind them is looked at.
    header: usize,
    check: fn(&[u8]) -> T,
    /// What came of it, in a word or two.
    tell: fn(T) -> &'static str,
}

impl<T> Target<T> {
    /// Damages kept inputs `times` times, checks each, and counts what came of it.
    fn storm(&self, times: usize) -> Tally {
        let seed = random::seed();
        let from = format!("UNJANK_SEED={seed}");
        let (stock, mut random) = (corpus::kept(self.name), Random::new(seed));
        let (mut tally, mut bytes) = (Tally::new(), Vec::new());
        for _ in 0..times {
            mutator::mutate(&mut bytes, &stock, self.header, &mut random);
            let _suspect = Suspect { bytes: &bytes, from: &from };
            *tally.entry((self.tell)((self.check)(&bytes))).or_default() += 1;
        }
        println!("{from}: {times} {} from {} kept ones: {tally:?}", self.name, stock.len());
        tally
    }

    /// Checks every kept input, and counts what came of it.
    fn replay(&self) -> Tally {
        let mut tally = Tally::new();
        for bytes in &corpus::kept(self.name) {
            let _suspect = Suspect { bytes, from: "in the corpus" };
            *tally.entry((self.tell)((self.check)(bytes))).or_default() += 1;
        }
        tally
    }
}

/// Storms that never get past the header, or never break anything, would prove little.
#[track_caller]
fn expect_all(tally: &Tally, told: &[&str], at_least: usize) {
    for &what in told {
        let times = tally.get(what).copied().unwrap_or(0);
        assert!(times >= at_least, "{what} happened {times} times only: {tally:?}");
    }
}

// ---- Frames

fn name_refusal(refusal: &FrameError) -> &'static str {
    match refusal {
        FrameError::Truncated => "truncated",
        FrameError::NotAFrame => "not a frame",
        FrameError::VersionMismatch { .. } => "of another version",
        FrameError::UnexpectedKind { .. } => "of no kind",
        FrameError::Malformed => "malformed",
        _ => "refused otherwise",
    }
}

const REFUSALS: [&str; 5] =
    ["truncated", "not a frame", "of another version", "of no kind", "malformed"];

/// What the bytes are: one kind of frame at most, and otherwise the refusal of the kind they claim.
fn name_reading(reading: frames::Reading) -> &'static str {
    let kinds = [("request", reading.request), ("reply", reading.reply)];
    let read = kinds.iter().filter(|(_, result)| result.is_ok()).count();
    assert!(read <= 1, "read as more than one kind: {kinds:?}");
    let unexpected =
        |result: &Result<(), FrameError>| matches!(result, Err(FrameError::UnexpectedKind { .. }));
    let claimed = kinds.iter().find(|(_, result)| !unexpected(result));
    match claimed {
        Some((kind, Ok(()))) => kind,
        Some((_, Err(refusal))) => name_refusal(refusal),
        None => "of no kind",
    }
}

const FRAMES: Target<frames::Reading> =
    Target { name: "frames", header: HEADER, check: frames::check, tell: name_reading };

#[test]
fn every_kept_frame_holds_the_laws() {
    let shown = FRAMES.replay();
    expect_all(&shown, &["request", "reply"], 1);
    expect_all(&shown, &REFUSALS, 1);
}

#[test]
fn two_million_damaged_frames_hold_the_laws() {
    let tally = FRAMES.storm(DAMAGED_FRAMES);
    expect_all(&tally, &["request", "reply"], DAMAGED_FRAMES / 1000);
    expect_all(&tally, &REFUSALS, DAMAGED_FRAMES / 1000);
}

/// What is not among the kept ones is seldom made from them.
#[test]
fn the_kept_frames_show_every_part_that_a_frame_can_have() {
    let mut shown = Tally::new();
    for bytes in corpus::kept("frames") {
        for part in parts_of(&bytes) {
            *shown.entry(part).or_default() += 1;
        }
    }
    expect_all(&shown, &["params here", "params to keep", "params kept"], 1);
    expect_all(&shown, &["inline input", "input buffer", "another input"], 1);
    expect_all(&shown, &["inline output", "output buffer", "another output"], 1);
    expect_all(&shown, &["failed", "bad params", "panicked", "trapped", "unreadable", "broken"], 1);
}

fn parts_of(bytes: &[u8]) -> Vec<&'static str> {
    let mut parts = Vec::new();
    if let Ok(request) = Request::read(bytes) {
        for task in request.tasks {
            parts.push(match task.params {
                Params::Here(_) => "params here",
                Params::Keep(..) => "params to keep",
                Params::Kept(_) => "params kept",
            });
            parts.push(match task.input {
                Bytes::Inline(_) => "inline input",
                Bytes::Buffer { .. } => "input buffer",
            });
            parts.extend(task.others.iter().map(|_| "another input"));
        }
    }
    if let Ok(reply) = Reply::read(bytes) {
        for answer in &reply.answers {
            parts.push(name_verdict(&answer.verdict));
            if let Verdict::Completed { others, .. } = &answer.verdict {
                parts.extend(others.iter().map(|_| "another output"));
            }
        }
    }
    parts
}

fn name_verdict(verdict: &Verdict<'_>) -> &'static str {
    match verdict {
        Verdict::Completed { output: Bytes::Inline(_), .. } => "inline output",
        Verdict::Completed { output: Bytes::Buffer { .. }, .. } => "output buffer",
        Verdict::Failed { .. } => "failed",
        Verdict::BadParams { .. } => "bad params",
        Verdict::Panicked { location: Some(_), .. } => "panicked",
        Verdict::Panicked { location: None, .. } => "trapped",
        Verdict::Unreadable { .. } => "unreadable",
        Verdict::Broken { .. } => "broken",
    }
}

// ---- Plans

fn name_plan(plan: Result<(), PlanError>) -> &'static str {
    match plan {
        Ok(()) => "sound",
        Err(PlanError::Zero) => "zero",
        Err(PlanError::Ragged { .. }) => "ragged",
        Err(PlanError::TooLong) => "too long",
        Err(PlanError::TooMany) => "too many",
        Err(_) => "refused otherwise",
    }
}

const PLANS: Target<Result<(), PlanError>> =
    Target { name: "plans", header: 0, check: plans::check, tell: name_plan };

const OUTCOMES: [&str; 5] = ["sound", "zero", "ragged", "too long", "too many"];

#[test]
fn every_kept_plan_holds_the_laws() {
    expect_all(&PLANS.replay(), &OUTCOMES, 1);
}

#[test]
fn a_million_damaged_plans_hold_the_laws() {
    expect_all(&PLANS.storm(DAMAGED_PLANS), &OUTCOMES, DAMAGED_PLANS / 1000);
}

// ---- Descriptions

const DAMAGED_DESCRIPTIONS: usize = 1_000_000;

fn name_description(read: Result<(), DescribeError>) -> &'static str {
    let Err(error) = read else { return "sound" };
    match error.fault {
        Fault::TooLong => "too long",
        Fault::CutShort => "cut short",
        Fault::TrailingBytes => "trailing bytes",
        Fault::NotCbor => "not CBOR",
        Fault::Indefinite => "indefinite",
        Fault::NotUtf8 => "not UTF-8",
        Fault::NotAMap => "not a map",
        Fault::NotAKey => "not a key",
        Fault::Twice { .. } => "a key twice",
        Fault::Missing { .. } => "a key missing",
        Fault::Unexpected { .. } => "unexpected",
        Fault::TooMany { .. } => "too many",
        Fault::Version { .. } => "of another version",
        Fault::Needs { .. } => "in need",
        Fault::NameLength => "a name too long",
        Fault::SameName { .. } => "a name twice",
        Fault::NoSuchInput { .. } => "no such input",
        Fault::NoSuchKernel { .. } => "no such kernel",
        _ => "refused otherwise",
    }
}

const DESCRIPTIONS: Target<Result<(), DescribeError>> =
    Target { name: "descriptions", header: 0, check: descriptions::check, tell: name_description };

/// All but the one that takes more bytes than are kept.
const READINGS: [&str; 18] = [
    "sound",
    "cut short",
    "trailing bytes",
    "not CBOR",
    "indefinite",
    "not UTF-8",
    "not a map",
    "not a key",
    "a key twice",
    "a key missing",
    "unexpected",
    "too many",
    "of another version",
    "in need",
    "a name too long",
    "a name twice",
    "no such input",
    "no such kernel",
];

#[test]
fn every_kept_description_holds_the_laws() {
    expect_all(&DESCRIPTIONS.replay(), &READINGS, 1);
}

#[test]
fn a_million_damaged_descriptions_hold_the_laws() {
    expect_all(
        &DESCRIPTIONS.storm(DAMAGED_DESCRIPTIONS),
        &READINGS,
        DAMAGED_DESCRIPTIONS / 100_000,
    );
}

/// What is small when it is written and large when it is read.
#[test]
fn the_longest_descriptions_take_little_memory() {
    let map = |entries: &[(&str, &[u8])]| {
        let inside = entries
            .iter()
            .flat_map(|(key, value)| [&[0x60 | key.len() as u8], key.as_bytes(), *value].concat());
        [0xa0 | entries.len() as u8].into_iter().chain(inside).collect::<Vec<u8>>()
    };
    let ports = [[0x88].as_slice(), &[0xa0; 8]].concat();
    let kernels: Vec<u8> = (0..=255_u8)
        .flat_map(|index| {
            let name = [0x63, b'k', b'a' + index / 16, b'a' + index % 16];
            map(&[("name", &name), ("in", &ports), ("out", &ports)])
        })
        .collect();
    let kernels = [[0x99, 1, 0].as_slice(), &kernels].concat();
    let abi = [0x82, 1, 0];
    let check = |bytes: &[u8]| name_description(descriptions::check(bytes));
    assert_eq!(check(&map(&[("abi", &abi), ("kernels", &kernels)])), "sound");
    // As many keys as there is room for: each is compared with all before it.
    let keys: u32 = 13_000;
    let many = (0..keys).flat_map(|key| {
        let digit = |place: u32| b'0' + ((key >> (6 * place)) & 63_u32) as u8;
        [0x63, digit(2), digit(1), digit(0), 0xf6]
    });
    let many: Vec<u8> = [0xb9, (keys >> 8) as u8, keys as u8].into_iter().chain(many).collect();
    assert_eq!(check(&many), "a key missing");
    let uses = vec![0x60; (1 << 16) - 12];
    let uses = [[0x99].as_slice(), &(uses.len() as u16).to_be_bytes(), &uses].concat();
    assert_eq!(check(&map(&[("uses", &uses)])), "a key missing");
}
