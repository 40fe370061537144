//! What each task goes through, as the performance panel is told.

use std::collections::{BTreeMap, BTreeSet};

use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
    trace::{CATEGORIES, Thread, Trace, TrackEntry},
};

use crate::{MEDIUM, SLOW, load, open, run};

/// What a task goes through, in this order, with no time between. What takes no time is left out.
const PHASES: [&str; 5] = ["posted", "copied in", "computed", "copied out", "returned"];

/// Both ends of a measure are rounded to whole microseconds.
const ROUNDING: f64 = 1.5;

const BLUR: &str = "{ filter: 'gaussian_blur', params: { sigma: 5 }, workers: 2 }";

/// The tracks of a pool with two workers.
const TRACKS: [(&str, &str); 3] =
    [("unjank", "queue"), ("unjank", "worker 0"), ("unjank", "worker 1")];

/// A pool that draws what it does, something large for it to blur, and a measure of the page's own.
const DRAWN: &str = "
    const { createPool } = await import(new URL('./unjank/index.js', location.href));
    const kernels = new URL('./pkg/kernels.wasm', location.href);
    globalThis.pool = await createPool({ kernels, workers: 2, minWorkers: 2, timeline: true });
    const stride = 4 * 3600;
    const photo = new Uint8Array(stride * 3600).map((_, at) => Math.imul(at, 2654435761) >>> 24);
    globalThis.blur = async () => {
      const chunks = pool.mapChunks('gaussian_blur', { sigma: 5 }, photo, { stride, halo: 32 });
      for await (const chunk of chunks) void chunk;
      return chunks.total;
    };
    await blur();
    performance.measure('of the page');";

/// Milliseconds inside kernels, of all workers together.
fn busy_ms(page: &Page<'_>) -> f64 {
    page.run("return pool.stats().workers.reduce((sum, { busyMs }) => sum + busyMs, 0);")
}

fn tracks(entries: &[TrackEntry]) -> BTreeSet<(&str, &str)> {
    entries.iter().map(|entry| (&*entry.group, &*entry.track)).collect()
}

/// Workers are had for a while, and then compute from what they keep.
#[test]
fn a_recording_of_the_demo_shows_both_workers_at_work() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = browser.open(&site.url("/index.html?timeline"), Watch::Page);
    page.run::<()>("await unjankDemo.ready;");
    load(&page, MEDIUM);
    run(&page, BLUR);
    browser.start_trace(&CATEGORIES);
    run(&page, BLUR);
    let entries = browser.end_trace().track_entries();
    assert_eq!(tracks(&entries), BTreeSet::from(TRACKS));
    for (_, track) in &TRACKS[1..] {
        let computed = entries.iter().filter(|entry| entry.track == *track);
        let ms: f64 = computed
            .filter(|entry| word(entry) == "computed")
            .map(|entry| (entry.end - entry.start) / 1000.0)
            .sum();
        println!("{track} computed for {ms:.1} ms");
        assert!(ms > 0.0);
    }
}

/// The word for what an entry is: all have the same suffix, which keeps them from other measures.
fn word(entry: &TrackEntry) -> &str {
    entry.name.strip_suffix(" · unjank").unwrap_or_else(|| panic!("{entry:?} is not ours"))
}

#[test]
fn a_recording_shows_each_task_on_its_track() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    page.run_within::<()>(SLOW, DRAWN);
    let before = busy_ms(&page);
    browser.start_trace(&CATEGORIES);
    let chunks: usize = page.run_within(SLOW, "return blur();");
    let trace = browser.end_trace();
    let busy = busy_ms(&page) - before;

    let entries = trace.track_entries();
    assert_eq!(tracks(&entries), BTreeSet::from(TRACKS));
    let tasks = tasks_of(&entries);
    println!("{} entries of {} tasks", entries.len(), tasks.len());
    assert_eq!(tasks.len(), chunks);
    tasks.values().for_each(|entries| expect_all_phases(entries));
    TRACKS[1..].iter().for_each(|(_, track)| expect_one_at_a_time(&entries, track));

    let computed = entries.iter().filter(|entry| word(entry) == "computed");
    let sum: f64 = computed.map(|entry| (entry.end - entry.start) / 1000.0).sum();
    println!("computed: {sum:.1} ms in the trace, {busy:.1} ms by stats()");
    assert!((sum - busy).abs() < 0.02 * busy, "the same time, but for rounding");
    expect_where_the_workers_were(&trace, &entries);
    expect_no_heap(&page);
}

/// The entries of each task, in the order of their beginning.
fn tasks_of(entries: &[TrackEntry]) -> BTreeMap<[&str; 2], Vec<&TrackEntry>> {
    let mut tasks: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for entry in entries {
        let task = ["job", "chunk"].map(|name| &*entry.properties[name]);
        tasks.entry(task).or_default().push(entry);
    }
    tasks
}

/// They follow each other, each where it belongs; the worker's are inside its run.
fn expect_all_phases(entries: &[&TrackEntry]) {
    let ran: Vec<_> = entries.iter().filter(|entry| word(entry) == "gaussian_blur").collect();
    let [ran] = ran[..] else { panic!("one run of each: {entries:?}") };
    let place = |entry: &TrackEntry| PHASES.iter().position(|phase| *phase == word(entry));
    let mut phases: Vec<_> =
        entries.iter().filter_map(|entry| Some((place(entry)?, *entry))).collect();
    phases.sort_by_key(|(place, _)| *place);
    assert!(phases.iter().any(|(_, entry)| word(entry) == "computed"), "{entries:?}");
    for pair in phases.windows(2) {
        let [(_, one), (_, next)] = pair else { unreachable!("pairs") };
        assert!((next.start - one.end).abs() < ROUNDING, "{one:?}, then {next:?}");
    }
    for (_, entry) in phases {
        let inside = entry.start > ran.start - ROUNDING && entry.end < ran.end + ROUNDING;
        let on_worker = entry.track == ran.track;
        let waits = ["posted", "returned"].contains(&word(entry));
        assert!(if waits { entry.track == "queue" } else { inside && on_worker }, "{entry:?}");
    }
}

/// A worker does one thing after the other.
fn expect_one_at_a_time(entries: &[TrackEntry], track: &str) {
    let own = entries.iter().filter(|entry| entry.track == track);
    let (runs, parts): (Vec<_>, Vec<_>) = own.partition(|entry| word(entry) == "gaussian_blur");
    assert!(runs.len() > 1 && parts.len() > runs.len(), "{track} has work");
    for list in [runs, parts] {
        for pair in list.windows(2) {
            assert!(pair[1].start > pair[0].end - ROUNDING, "{track}: {pair:?}");
        }
    }
}

/// In the middle of what was computed a worker's thread was in a task by the browser's own account:
/// for all of a track the same, for each track its own. Others may have been in tasks too, each time.
fn expect_where_the_workers_were(trace: &Trace, entries: &[TrackEntry]) {
    let [one, other] = ["worker 0", "worker 1"].map(|track| {
        let own = entries.iter().filter(|entry| entry.track == track);
        let computed = own.filter(|entry| word(entry) == "computed");
        let seen = computed.map(|entry| trace.workers_at(f64::midpoint(entry.start, entry.end)));
        let seen: Vec<_> = seen.collect();
        let always = |thread: &&Thread| seen.iter().all(|now| now.contains(thread));
        let always: Vec<Thread> = seen[0].iter().filter(always).copied().collect();
        println!("{track}: {} times at work, each time {always:?} were", seen.len());
        assert!(!always.is_empty(), "{track}: {seen:?}");
        always
    });
    let apart = one.iter().any(|thread| other.iter().any(|of_other| of_other != thread));
    assert!(apart, "one thread for both tracks: {one:?}");
}

/// Ours are cleared as they are made; the page's own measure is still there.
fn expect_no_heap(page: &Page<'_>) {
    let [ours, others]: [usize; 2] = page.run(
        "const measures = performance.getEntriesByType('measure');
        const ours = measures.filter(({ name }) => name.endsWith('unjank')).length;
        return [ours, measures.length - ours];",
    );
    assert_eq!((ours, others), (0, 1));
}

/// Jobs in a round of each pool, and rounds.
const JOBS: usize = 500;
const ROUNDS: usize = 40;

/// What a tiny job costs with the timeline and without, side by side; and that without it the
/// performance timeline is not touched.
#[test]
fn nobody_pays_for_a_timeline_that_is_off() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    let ([off, again, on], [off_calls, on_calls]): ([f64; 3], [usize; 2]) = page.run(&format!(
        "const {{ createPool }} = await import(new URL('./unjank/index.js', location.href));
        const kernels = new URL('./pkg/kernels.wasm', location.href);
        let calls = 0;
        const measure = performance.measure.bind(performance);
        performance.measure = (...all) => {{ calls += 1; return measure(...all); }};
        const build = (timeline) => createPool({{ kernels, workers: 1, minWorkers: 1, timeline }});
        const pools = [await build(false), await build(undefined), await build(true)];
        const round = async (pool) => {{
          const begun = performance.now();
          await Promise.all(Array.from({{ length: {JOBS} }},
            () => pool.run('grayscale', {{}}, new ArrayBuffer(64), {{ stride: 4 }})));
          return performance.now() - begun;
        }};
        const times = pools.map(() => []);
        const counts = [0, 0, 0];
        for (let turn = 0; turn < {ROUNDS}; turn += 1) {{
          for (const index of [0, 1, 2]) {{
            const before = calls;
            times[index].push(await round(pools[index]));
            counts[index] += calls - before;
          }}
        }}
        const median = (list) => list.sort((a, b) => a - b)[list.length >> 1] * 1000 / {JOBS};
        return [times.map(median), [counts[0] + counts[1], counts[2]]];",
    ));
    println!("a job of 64 bytes: {off:.1} µs off, {again:.1} µs off again, {on:.1} µs on");
    println!("ratios: off to off {:.3}, on to off {:.2}", again / off, on / off);
    assert_eq!(off_calls, 0);
    assert!(on_calls >= JOBS * ROUNDS, "each job is drawn");
}
