//! What the page's main thread does while a photo is filtered.

use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
    trace::{CATEGORIES, FRAME_MS, Task, calmest, longest_ms},
};

use crate::{LARGE, Run, SLOW, cores, load, open, run};

/// In one of the runs no task takes as long as a frame, by the clock. All are printed, by the clock
/// and on the processor.
#[test]
fn the_page_never_stalls_while_workers_filter() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    let workers = cores(&page);
    // Digits that were never shown have to be fetched from a font first, in one long layout.
    run(&page, &format!("{{ filter: 'grayscale', workers: {workers} }}"));
    let calmest = calmest(|| {
        let pool = traced(&browser, &page, &format!("workers: {workers}"));
        let busiest = pool.iter().map(Task::busy_ms).fold(0.0, f64::max);
        let longest = longest_ms(&pool);
        println!("longest task: {longest:.1} ms by the clock, {busiest:.1} ms on the processor");
        longest
    });
    let main = longest_ms(&traced(&browser, &page, "mode: 'page'"));
    println!(
        "longest task: {calmest:.1} ms with {workers} workers, {main:.0} ms on the main thread"
    );
    assert!(main > 500.0, "the main thread's run is long enough to tell");
    assert!(calmest < FRAME_MS, "no task of the page takes as long as a frame");
}

/// Runs a filter somewhere, and gives the tasks of the page's main thread meanwhile.
fn traced(browser: &Browser, page: &Page<'_>, place: &str) -> Vec<Task> {
    browser.start_trace(&CATEGORIES);
    let run: Run = page.run_within(
        SLOW,
        &format!(
            "performance.mark('e2e: from');
            const params = {{ sigma: 25 }};
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

#[test]
fn the_first_tile_is_painted_long_before_the_last() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    let result = run(&page, "{ filter: 'gaussian_blur', params: { sigma: 12 }, workers: 2 }");
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
