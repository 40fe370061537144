//! Many large results that arrive at nearly the same time.

use serde_json::json;
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
    trace::{CATEGORIES, FRAME_MS, Task, busiest_ms, calmest},
};

const JOBS: usize = 64;

const MEBIBYTES: usize = 8;

#[test]
fn the_page_never_stalls_while_moved_buffers_come_back() {
    survive_a_flood(true);
}

#[test]
fn the_page_never_stalls_while_results_of_kept_buffers_arrive() {
    survive_a_flood(false);
}

/// In one of the runs no task takes a frame's time of a processor. All are printed.
fn survive_a_flood(transfer: bool) {
    let site = Site::faults();
    let browser = Browser::start();
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(
        "await loaded;
        globalThis.pool = await unjank.createPool({ workers: 2, minWorkers: 2 });
        await Promise.all([1, 2].map(() => pool.run('echo', {}, new ArrayBuffer(1 << 20))));",
    );
    let calmest = calmest(FRAME_MS, || busiest_ms(&flood(&browser, &page, transfer)));
    println!("busiest task: {calmest:.1} ms with {JOBS} results of {MEBIBYTES} MiB");
    assert!(calmest < FRAME_MS, "no task of the page takes a frame of a processor");
}

/// Lets all results come, and gives the tasks of the page's main thread from the one on that follows
/// the submission.
fn flood(browser: &Browser, page: &Page<'_>, transfer: bool) -> Vec<Task> {
    // An engine that frees half a gigabyte of an earlier try takes its time.
    page.run::<()>("globalThis.results = undefined;");
    page.call("HeapProfiler.collectGarbage", json!({}));
    page.run::<()>(&format!(
        "const buffer = (_, index) => new Uint8Array({MEBIBYTES} << 20).fill(index + 1).buffer;
        globalThis.buffers = Array.from({{ length: {JOBS} }}, buffer);",
    ));
    browser.start_trace(&CATEGORIES);
    let (submitting, took, most): (f64, f64, u32) = page.run(&format!(
        "const begun = performance.now();
        let [inFrame, most] = [0, 0];
        const jobs = buffers.map(async (buffer) => {{
          const result = await pool.run('echo', {{}}, buffer, {{ transfer: {transfer} }});
          most = Math.max(most, inFrame += 1);
          return result;
        }});
        const submitting = performance.now() - begun;
        await new Promise((next) => {{ setTimeout(next); }});
        performance.mark('e2e: from');
        let frame = 0;
        const frames = () => {{ [frame, inFrame] = [requestAnimationFrame(frames), 0]; }};
        frames();
        globalThis.results = await Promise.all(jobs);
        cancelAnimationFrame(frame);
        performance.mark('e2e: to');
        return [submitting, performance.now() - begun, most];",
    ));
    let tasks = browser.end_trace().tasks("e2e: from", "e2e: to");
    let what = if transfer { "moved" } else { "kept" };
    println!(
        "{what}: submitted in {submitting:.0} ms, {took:.0} ms in all, up to {most} results in a frame, \
         {} tasks, the longest:",
        tasks.len()
    );
    tasks.iter().take(5).for_each(|task| println!("  {task}"));
    let right: usize = page.run(&format!(
        "const isRight = (result, index) => (
          result.length === {MEBIBYTES} << 20 && result[0] === index + 1 && result.at(-1) === index + 1
        );
        return results.filter(isRight).length;",
    ));
    assert_eq!(right, JOBS, "results are what was sent");
    tasks
}
