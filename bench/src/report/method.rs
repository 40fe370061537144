//! How it was measured, and what was decided so that it is fair.

use super::text::escaped;
use crate::{figure::rounded, results::Results};

const DECISIONS: [&str; 9] = [
    "Every contender has one turn in every round, and who begins moves on by one, so that whatever \
     slows the machine slows all. Warm-up rounds are dropped. Who has taken more than six seconds of a \
     case has fewer turns, two at least. A figure is the median; a ratio is the median of the rounds' \
     ratios, which need not be the ratio of the medians.",
    "The pools of the others are open and idle while one works. Contenders that need shared memory \
     force everybody into a cross-origin isolated page for the filters; dispatch is measured in a page \
     as most hosts send it.",
    "Small jobs and buffers go through the same kernel everywhere: add one to the first byte. It is \
     JavaScript where a peer runs JavaScript, and Rust where it runs Rust. Every result is checked.",
    "“Raw postMessage” is a pool by hand: one message on its way to each worker, a queue, transfer \
     lists. “Raw and two copies” also copies into a linear memory and out of it, which whoever runs a \
     wasm kernel must do.",
    "An image is RGBA in one buffer on the page, and a filter ends when its result is there. Copies \
     into a peer's own memory are part of using it. Where a row says “filter alone”, that is without \
     these copies. The row “pre-cut bands” is for an app that has its image in pieces anyway: these are \
     moved to the workers, and cutting is not timed.",
    "OpenCV.js, photon and the canvas compute on the thread that calls them, as their documentation \
     has it; the ratio beside them is to this pool with one worker.",
    "The error of a blur is its mean distance from the true Gaussian, summed up to five sigma in \
     floating point, at 300 points inside the image. wasm-vips cuts its mask off where it falls under a \
     fifth of its peak, unless told otherwise; photon and the canvas blur with boxes. Sobel is defined \
     differently by each and is only checked to find the edges.",
    "The longest task and the processor time of the page's thread are read from Chromium's own trace, \
     between two marks, and so are dropped frames: gaps between animation frames in which the \
     thread's own tasks left no time for one. Recording costs a little, for everybody.",
    "Calls into and out of wasm are counted on another page, by functions around every import and \
     export, because counting costs time.",
];

pub(super) fn notes(results: &Results) -> String {
    let method = &results.method;
    let facts = [
        ("Date", method.date.clone()),
        ("Browser", format!("{}, headless", method.browser)),
        ("Processor", format!("{}, {} cores", method.processor, method.cores)),
        ("System", method.system.clone()),
        ("Seed", method.seed.to_string()),
        ("It took", format!("{} s", rounded(method.seconds))),
        ("Versions", versions(results)),
        ("Again", "cargo xtask bench".into()),
    ];
    let facts: String = facts
        .iter()
        .map(|(name, value)| format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(value)))
        .collect();
    let decisions: String =
        DECISIONS.iter().map(|text| format!("<li>{}</li>\n", escaped(text))).collect();
    format!(
        "<h2>How it was measured</h2>\n<section class=\"card method\">\n<dl class=\"facts\">\n{facts}</dl>\n\
         <ul>\n{decisions}</ul>\n</section>"
    )
}

/// Each contender once, in the order in which they appear.
fn versions(results: &Results) -> String {
    let mut named: Vec<String> = Vec::new();
    for row in results.cases.iter().flat_map(|case| &case.rows) {
        let begins_with_digit = row.version.starts_with(|first: char| first.is_ascii_digit());
        let name = format!("{} {}", row.label, row.version);
        if begins_with_digit && !named.contains(&name) {
            named.push(name);
        }
    }
    named.join(", ")
}
