//! The demo page, as it is deployed.

use std::{thread, time::Duration};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use unjank_demo::kernels::{Blur, NoParams, Tone, oracle};
use unjank_e2e::{
    browser::Browser,
    deadline::Stopwatch,
    page::{Page, Watch},
    site::Site,
    trace::{CATEGORIES, Task},
};

/// Enlarging rounds down: this is what gives at least 12 megapixels.
const MEDIUM: u32 = 13;

/// A photo of a good camera, in megapixels.
const LARGE: u32 = 24;

/// A run on the main thread of a page whose machine has other things to do.
const SLOW: Duration = Duration::from_secs(240);

/// No task of the page's main thread may take as long as a frame at 60 Hz.
const FRAME_MS: f64 = 16.0;

const MIB: f64 = (1 << 20) as f64;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    first_tile_ms: f64,
    total_ms: f64,
    tiles: u32,
    digest: Option<String>,
    frame_gap_ms: Option<f64>,
}

/// Opens the demo and waits until it stands.
fn open<'b>(browser: &'b Browser, site: &Site, watch: Watch) -> Page<'b> {
    let page = browser.open(&site.url("/index.html"), watch);
    page.run::<()>("await unjankDemo.ready;");
    page
}

/// Runs a filter; `request` is what `unjankDemo.run` takes.
#[track_caller]
fn run(page: &Page<'_>, request: &str) -> Run {
    page.run_within(SLOW, &format!("return unjankDemo.run({request});"))
}

fn load(page: &Page<'_>, megapixels: u32) {
    page.run::<()>(&format!("await unjankDemo.loadSample('astronaut', {megapixels});"));
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an oracle computes, on two threads: each has half the rows and `reach` more.
fn in_halves(
    pixels: &[u8],
    width: usize,
    reach: usize,
    oracle: impl Fn(&[u8]) -> Vec<u8> + Sync,
) -> Vec<u8> {
    let row = width * 4;
    let rows = pixels.len() / row;
    let middle = rows / 2;
    let (end, start) = ((middle + reach).min(rows) * row, middle.saturating_sub(reach) * row);
    thread::scope(|scope| {
        let upper = scope.spawn(|| oracle(&pixels[..end]));
        let lower = oracle(&pixels[start..]);
        let mut whole = upper.join().expect("the oracle does not panic");
        whole.truncate(middle * row);
        whole.extend_from_slice(&lower[middle * row - start..]);
        whole
    })
}

#[test]
fn a_photo_is_filtered_alike_by_one_worker_by_many_by_the_page_and_by_the_oracle() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, MEDIUM);
    let (width, pixels) = source(&page);
    println!("{width} x {} pixels", pixels.len() / 4 / width);
    assert!(pixels.len() / 4 >= 12_000_000);
    let identity = run(
        &page,
        "{ filter: 'tone_curve', params: { exposure: 0, contrast: 1, gamma: 1 }, digest: true }",
    );
    assert_eq!(identity.digest, Some(hex(&pixels)), "the pixels are those that the page filters");

    let blur = Blur { sigma: 5.0 };
    let tone = Tone { exposure: 0.5, contrast: 1.25, gamma: 1.0 };
    let none = NoParams {};
    let filters: [(&str, &str, &dyn Fn() -> Vec<u8>); 3] = [
        ("gaussian_blur", "{ sigma: 5 }", &|| {
            in_halves(&pixels, width, 15, |half| oracle::gaussian_blur(&blur, half, width))
        }),
        ("sobel", "{}", &|| in_halves(&pixels, width, 1, |half| oracle::sobel(&none, half, width))),
        ("tone_curve", "{ exposure: 0.5, contrast: 1.25, gamma: 1 }", &|| {
            in_halves(&pixels, width, 0, |half| oracle::tone_curve(&tone, half, width))
        }),
    ];
    let many = cores(&page);
    for (filter, params, expected) in filters {
        let run = |place: &str| {
            let request =
                format!("{{ filter: '{filter}', params: {params}, digest: true, {place} }}");
            run(&page, &request)
        };
        let (one, all) = (run("workers: 1"), run(&format!("workers: {many}")));
        let main = run("mode: 'page'");
        let stopwatch = Stopwatch::start();
        let expected = Some(hex(&expected()));
        println!(
            "{filter} {params}: 1 worker {:.0} ms, {many} workers {:.0} ms, main thread {:.0} ms, oracle {} ms",
            one.total_ms,
            all.total_ms,
            main.total_ms,
            stopwatch.milliseconds(),
        );
        assert_eq!(one.digest, expected, "{filter} by one worker");
        assert_eq!(all.digest, expected, "{filter} by {many} workers");
        assert_eq!(main.digest, expected, "{filter} on the main thread");
    }
}

/// The width and the pixels of the sample, from the page's own modules.
fn source(page: &Page<'_>) -> (usize, Vec<u8>) {
    let width = page.run(
        "const { Photos } = await import('/engine/photos.js');
        globalThis.photo = await new Photos().sample('astronaut', 13);
        return photo.width;",
    );
    (width, page.take_bytes("return new Blob([photo.pixels]);"))
}

#[test]
fn memory_stays_small_however_large_the_photo() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    for filter in ["gaussian_blur', params: { sigma: 5 }", "median'", "sobel'"] {
        run(&page, &format!("{{ filter: '{filter}, workers: 2 }}"));
    }
    let workers: Vec<f64> =
        page.run("return unjankDemo.stats().workers.map((worker) => worker.peakMemoryBytes);");
    let own: f64 = page.run("return unjankDemo.wasmMemoryBytes();");
    let shown: Vec<String> = workers.iter().map(|peak| format!("{:.2} MiB", peak / MIB)).collect();
    println!("peak of each worker: {}; the page itself: {:.2} MiB", shown.join(", "), own / MIB);
    assert_eq!(workers.len(), 2);
    assert!(workers.iter().all(|&peak| peak > 0.0 && peak < 16.0 * MIB));
    assert!(own > 0.0 && own < 4.0 * MIB);
}

#[test]
fn the_module_is_fetched_once_and_compiled_once() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Workers);
    load(&page, MEDIUM);
    run(&page, "{ filter: 'grayscale', workers: 2 }");
    run(&page, "{ filter: 'gaussian_blur', params: { sigma: 2 }, workers: 2 }");
    let scripts = page.workers();
    let pools = scripts.iter().filter(|script| script.ends_with("/pkg/worker.js")).count();
    println!("{} workers, {pools} of them the pool's", scripts.len());
    assert!(pools >= 2, "the pool's workers are watched: {scripts:?}");

    let wasm = |url: &str| url.ends_with(".wasm");
    let fetched: Vec<_> = page.fetched().into_iter().filter(|it| wasm(&it.url)).collect();
    assert_eq!(fetched.len(), 1, "{fetched:?}");
    assert_eq!(site.hits("/pkg/unjank_demo_bg.wasm"), 1);

    let lines = page.lines();
    let compiled = lines.iter().filter(|line| line.text.starts_with("compiled by"));
    let (workers, own): (Vec<_>, Vec<_>) = compiled.partition(|line| page.is_worker(&line.session));
    println!("compiled by the page: {own:?}; by workers: {workers:?}");
    assert_eq!((own.len(), workers.len()), (1, 0));
    let saw_workers = lines.iter().any(|line| page.is_worker(&line.session))
        || page.fetched().iter().any(|it| page.is_worker(&it.session));
    assert!(saw_workers, "what workers do is seen at all");
}

/// On a machine whose cores are all busy, a task may stand still while others run: how long a task
/// took is therefore counted on the processor, and by the clock only in comparison with the run on
/// the main thread. Both are printed.
#[test]
fn the_page_never_stalls_while_workers_filter() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    let workers = cores(&page);
    // Code that was never run is compiled while it runs, on the page and in the workers.
    traced(&browser, &page, &format!("workers: {workers}"));
    let pool = traced(&browser, &page, &format!("workers: {workers}"));
    let main = traced(&browser, &page, "mode: 'page'");
    let by_clock = |tasks: &[Task]| tasks.iter().map(|task| task.wall_ms).fold(0.0, f64::max);
    let busiest = pool.iter().map(Task::busy_ms).fold(0.0, f64::max);
    println!(
        "longest task: {:.1} ms by the clock and {busiest:.1} ms on the processor with {workers} \
         workers, {:.0} ms on the main thread",
        by_clock(&pool),
        by_clock(&main),
    );
    assert!(by_clock(&main) > 500.0, "the main thread's run is long enough to tell");
    assert!(busiest < FRAME_MS, "no task of the page works for as long as a frame");
    assert!(by_clock(&pool) < by_clock(&main) / 10.0, "no task stands still for long either");
}

/// Runs a filter somewhere, and gives the tasks of the page's main thread meanwhile.
fn traced(browser: &Browser, page: &Page<'_>, place: &str) -> Vec<Task> {
    browser.start_trace(&CATEGORIES);
    let run: Run = page.run_within(
        SLOW,
        &format!(
            "performance.mark('e2e: from');
            const params = {{ sigma: 50 }};
            const result = await unjankDemo.run({{ filter: 'gaussian_blur', params, {place} }});
            performance.mark('e2e: to');
            return result;"
        ),
    );
    let tasks = browser.end_trace().tasks("e2e: from", "e2e: to");
    println!(
        "{place}: {:.0} ms in {} tiles, longest gap between frames {:.0} ms, {} tasks, the longest:",
        run.total_ms,
        run.tiles,
        run.frame_gap_ms.unwrap_or(f64::NAN),
        tasks.len(),
    );
    tasks.iter().take(5).for_each(|task| println!("  {task}"));
    tasks
}

/// As many workers as the machine has cores; at least two.
fn cores(page: &Page<'_>) -> u32 {
    page.run::<u32>("return navigator.hardwareConcurrency;").max(2)
}

#[test]
fn the_first_tile_is_painted_long_before_the_last() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    let result = run(&page, "{ filter: 'gaussian_blur', params: { sigma: 5 }, workers: 2 }");
    let (first, total) = (result.first_tile_ms, result.total_ms);
    println!("first of {} tiles after {first:.0} ms, last after {total:.0} ms", result.tiles);
    assert!(first < total / 4.0);
    let (tiles, shown): (String, String) = page.run(
        "const text = (id) => document.getElementById(id).textContent;
        return [text('tiles'), text('first-tile')];",
    );
    println!("the page shows: tiles {tiles}, first tile {shown}");
    assert_eq!(tiles, format!("{0} / {0}", result.tiles));
    assert!(shown.contains(|digit: char| digit.is_ascii_digit()), "{shown}");
}

#[test]
fn a_run_can_be_cancelled_and_a_mistake_is_shown() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    let code = |body: &str| -> String {
        page.run_within(SLOW, &format!("{body} return end.catch((error) => error.code);"))
    };
    let cancelled = code(
        "const tiles = document.getElementById('progress');
        const end = unjankDemo.run({ filter: 'gaussian_blur', params: { sigma: 12 }, workers: 2 });
        end.catch(() => undefined);
        while (tiles.value < 2) await new Promise(requestAnimationFrame);
        unjankDemo.cancel();",
    );
    assert_eq!(cancelled, "cancelled");
    assert_eq!(
        page.run::<String>("return document.getElementById('status').textContent;"),
        "Cancelled."
    );

    let fault = || -> String {
        page.run(
            "const { hidden, textContent } = document.getElementById('fault');
            return hidden ? '' : textContent;",
        )
    };
    assert_eq!(fault(), "");
    for (request, expected) in [
        ("{ filter: 'no_such_filter' }", "unknown_kernel"),
        ("{ filter: 'gaussian_blur', params: { sigma: -1 } }", "bad_params"),
        ("{ filter: 'gaussian_blur', params: { sigma: 40 }, deadlineMs: 1 }", "deadline_exceeded"),
    ] {
        assert_eq!(code(&format!("const end = unjankDemo.run({request});")), expected);
        println!("shown: {}", fault());
        assert!(fault().contains(expected), "{:?} names {expected}", fault());
    }

    let result = run(&page, "{ filter: 'grayscale', workers: 2, digest: true }");
    assert!(result.digest.is_some());
    assert_eq!(fault(), "", "a run that works clears what was wrong");
}

#[test]
fn a_whole_session_keeps_the_strict_policy_and_a_clean_console() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Workers);
    let isolated: bool = page.run("return crossOriginIsolated;");
    assert!(!isolated, "nothing here may depend on cross-origin isolation");
    load(&page, MEDIUM);
    for request in [
        "{ filter: 'median', workers: 2 }",
        "{ filter: 'gaussian_blur', params: { sigma: 5 }, workers: 1, digest: true }",
        "{ filter: 'sobel', mode: 'page' }",
    ] {
        run(&page, request);
    }
    // The policy is in force: what it forbids is refused, and is seen here.
    assert_eq!(page.complaints(), [], "of a session that keeps the policy");
    page.run::<()>(
        "const script = document.createElement('script');
        script.textContent = 'globalThis.inlined = true';
        document.head.append(script);
        if (globalThis.inlined) throw new Error('an inline script ran');",
    );
    assert!(
        page.complaints().iter().any(|line| line.text.contains("Content Security Policy")),
        "a violation is seen: {:?}",
        page.complaints(),
    );
}
