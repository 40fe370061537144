//! What a page's main thread does while workers compute. Measured one after the other, and with no
//! other test beside them.

use std::{sync::Mutex, time::Duration};

use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
    trace::{CALM_MS, CATEGORIES, Gap, Task, busiest_ms, calmest, longest_ms},
};

/// Held by the test that measures.
static ALONE: Mutex<()> = Mutex::new(());

/// A photo of a good camera, in megapixels.
const MEGAPIXELS: u32 = 24;

/// A run on the main thread of a page whose machine has other things to do.
const SLOW: Duration = Duration::from_secs(240);

/// How many times longer the longest task is by the clock when the page computes itself, at least.
const RELIEF: f64 = 10.0;

/// In one of the runs no task takes half a frame of the processor, and no frame is dropped because of
/// tasks. By the clock, on which every other thread of the machine shows too, the longest task is compared
/// with that of the page's own run. All are printed.
#[test]
fn the_page_never_stalls_while_workers_filter() {
    let _alone = ALONE.lock();
    let site = Site::demo();
    let browser = Browser::start();
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    let cores: u32 = page.run(&format!(
        "await unjankDemo.ready;
        await unjankDemo.loadSample('astronaut', {MEGAPIXELS});
        return navigator.hardwareConcurrency;"
    ));
    let workers = cores.max(2);
    // Digits that were never shown have to be fetched from a font first, in one long layout.
    filter(&page, &format!("filter: 'grayscale', workers: {workers}"));
    let blur = "filter: 'gaussian_blur', params: { sigma: 25 }";
    let own = filtering(&format!("{blur}, mode: 'page'"));
    let main = traced(&browser, &page, "the page", &own);
    let (busiest, blocked) = (main.busiest_ms(), longest_ms(&main.tasks));
    assert!(busiest > 10.0 * CALM_MS, "the main thread's run is long enough to tell");
    assert!(main.dropped.iter().any(Gap::is_by_tasks), "frames dropped by a task are seen");
    let share = calmest(1.0, || {
        let body = filtering(&format!("{blur}, workers: {workers}"));
        let run = traced(&browser, &page, &format!("{workers} workers"), &body);
        let (busy, longest) = (run.busiest_ms(), longest_ms(&run.tasks));
        println!("busiest task: {busy:.1} ms with {workers} workers, {busiest:.0} on the page");
        println!("longest task: {longest:.1} ms with {workers} workers, {blocked:.0} on the page");
        f64::max(busy / CALM_MS, longest * RELIEF / blocked)
    });
    assert!(share < 1.0, "the busiest or longest task takes {share:.2} of what it may");
}

/// The page copies the pieces of a buffer that it keeps, a share in each turn.
#[test]
fn the_page_never_stalls_while_a_kept_buffer_is_mapped() {
    let _alone = ALONE.lock();
    let site = Site::faults();
    let browser = Browser::start();
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(&format!(
        "await loaded;
        globalThis.pool = await unjank.createPool({{ workers: 2, minWorkers: 2 }});
        globalThis.source = new Uint8Array(4 * {MEGAPIXELS}e6).fill(7);
        globalThis.map = async () => {{
          let units = 0;
          const options = {{ stride: 4000, halo: 15 }};
          for await (const chunk of pool.mapChunks('echo', {{}}, source, options)) units += chunk.units;
          if (units !== source.length / 4000) throw new Error(`${{units}} units`);
        }};
        await map();",
    ));
    let calm = calmest(CALM_MS, || traced(&browser, &page, "mapped", "await map();").busiest_ms());
    println!("busiest task: {calm:.1} ms while a kept buffer is mapped");
    assert!(calm < CALM_MS, "no task of the page takes half a frame");
}

fn filtering(request: &str) -> String {
    format!("await unjankDemo.run({{ {request} }});")
}

fn filter(page: &Page<'_>, request: &str) {
    page.run_within::<()>(SLOW, &filtering(request));
}

/// What a trace tells of a page's main thread.
struct Traced {
    tasks: Vec<Task>,
    dropped: Vec<Gap>,
}

impl Traced {
    /// Milliseconds of the busiest task, or of tasks that together cost a frame.
    fn busiest_ms(&self) -> f64 {
        let frames = self.dropped.iter().filter(|gap| gap.is_by_tasks()).map(|gap| gap.busy_ms);
        frames.fold(busiest_ms(&self.tasks), f64::max)
    }
}

/// Runs something in the page and tells what its main thread did meanwhile.
fn traced(browser: &Browser, page: &Page<'_>, what: &str, body: &str) -> Traced {
    browser.start_trace(&CATEGORIES);
    let took: f64 = page.run_within(
        SLOW,
        &format!(
            "let frame = 0;
            const frames = () => {{ frame = requestAnimationFrame(frames); }};
            frames();
            await new Promise((next) => {{ setTimeout(next); }});
            performance.mark('e2e: from');
            const begun = performance.now();
            {body}
            const took = performance.now() - begun;
            performance.mark('e2e: to');
            cancelAnimationFrame(frame);
            return took;"
        ),
    );
    let trace = browser.end_trace();
    let tasks = trace.tasks("e2e: from", "e2e: to");
    let dropped = trace.dropped_frames("e2e: from", "e2e: to");
    println!(
        "{what}: {took:.0} ms, {} tasks, at most {:.1} ms by the clock, {:.1} ms on the processor; \
         frames dropped: {}, by tasks: {}; the longest:",
        tasks.len(),
        longest_ms(&tasks),
        busiest_ms(&tasks),
        dropped.len(),
        dropped.iter().filter(|gap| gap.is_by_tasks()).count(),
    );
    tasks.iter().take(5).for_each(|task| println!("  {task}"));
    Traced { tasks, dropped }
}
