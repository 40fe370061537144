//! A million jobs, one in twenty faulty: what the page holds at the end is what it held after the
//! first ten thousand.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use unjank_e2e::{
    browser::Browser,
    chromium::WITHOUT_COMPILERS,
    deadline::Stopwatch,
    page::{Page, Watch},
    site::Site,
};

/// Jobs of the first stretch; what is held after it is what is compared with.
const FIRST: u32 = 10_000;

/// Jobs of each later stretch, and how many of them there are: a million jobs in all.
const STRETCH: u32 = 30_000;
const STRETCHES: usize = 33;

/// What may be held more at the end, as a part of what was held at the beginning.
const LEEWAY: f64 = 0.05;

/// What is held between two stretches, when nothing is under way.
#[derive(Debug, Clone, Deserialize)]
struct Sample {
    submitted: u64,
    unsettled: u64,
    /// Those that hold their tether.
    workers: u64,
    /// Linear memory of the workers together, in bytes: the mean of many looks during the stretch.
    memory: f64,
    replaced: u64,
    /// The page's linear memory, in bytes.
    #[serde(rename = "ownMemory")]
    own_memory: u64,
    /// The page's heap after a collection, in bytes.
    #[serde(default)]
    heap: f64,
    #[serde(default)]
    listeners: f64,
}

#[test]
fn a_million_jobs_leave_nothing_behind() {
    let site = Site::faults();
    let browser = Browser::start_with(&[WITHOUT_COMPILERS]);
    let page = browser.open(&site.story_page(), Watch::Page);
    page.run::<()>(
        "await loaded;
        const { Soak } = await import('/soak.js');
        globalThis.soak = await Soak.begin(unjank);",
    );
    let stopwatch = Stopwatch::start();
    let lengths = [FIRST].into_iter().chain([STRETCH; STRETCHES]);
    let samples: Vec<Sample> = lengths.map(|jobs| stretch(&page, jobs)).collect();
    let (ends, wrong): (Value, Vec<String>) =
        page.run("return [soak.ends, soak.wrong.slice(0, 10)];");
    println!("a million jobs in {} s: {ends}", stopwatch.milliseconds() / 1000);
    show(&samples);
    assert_eq!(wrong, [""; 0], "jobs that did not end as they should");
    judge(&samples);
}

fn stretch(page: &Page<'_>, jobs: u32) -> Sample {
    let patience = Duration::from_secs(120);
    let mut sample: Sample = page.run_within(
        patience,
        &format!(
            "await soak.stretch({jobs});
            return await soak.state();"
        ),
    );
    sample.heap = page.metric("JSHeapUsedSize");
    sample.listeners = page.metric("JSEventListeners");
    sample
}

fn show(samples: &[Sample]) {
    println!("|      jobs | heap KiB | page KiB | workers KiB | workers | replaced | listeners |");
    println!("|-----------|----------|----------|-------------|---------|----------|-----------|");
    for sample in samples.iter().step_by(3) {
        let Sample { submitted, heap, own_memory, memory, workers, replaced, listeners, .. } =
            sample;
        println!(
            "| {submitted:9} | {:8.0} | {:8} | {:11.0} | {workers:7} | {replaced:8} | {listeners:9} |",
            heap / 1024.0,
            own_memory / 1024,
            memory / 1024.0,
        );
    }
}

fn judge(samples: &[Sample]) {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        panic!("there are samples");
    };
    let no_more = |what: &str, before: f64, after: f64| {
        assert!(after <= before * (1.0 + LEEWAY), "{what}: {before} before, {after} after");
    };
    no_more("the page's heap", first.heap, last.heap);
    no_more("the page's linear memory", first.own_memory as f64, last.own_memory as f64);
    // What one instance holds depends on the largest jobs it happened to get at once, and it is replaced
    // after a few thousand: only the mean over many of them tells whether it grows.
    let (early, late) = samples.split_at(samples.len() / 2);
    let mean = |samples: &[Sample]| {
        samples.iter().map(|sample| sample.memory).sum::<f64>() / samples.len() as f64
    };
    no_more("the workers' linear memory", mean(early), mean(late));
    assert_eq!(first.workers, last.workers, "workers");
    assert_eq!(first.listeners, last.listeners, "listeners");
    assert!(samples.iter().all(|sample| sample.unsettled == 0), "all jobs settled");
    assert!(last.replaced > 0, "workers were replaced meanwhile");
}
