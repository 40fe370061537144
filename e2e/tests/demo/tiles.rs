//! What the page shows of a run while it goes on, and where it shows the photo.

use serde_json::json;
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
};

use crate::{BLUR, FIRST_TILE, LARGE, LOOK, Run, SLOW, load, open, run};

/// Tiles that a large photo has at least.
const MANY: u32 = 8;

#[test]
fn tiles_come_while_workers_still_compute() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    let (result, at_work): (Run, u32) = page.run_within(
        SLOW,
        &format!(
            "{FIRST_TILE}
            const atWork = firstTile.then(() => unjankDemo.stats().inFlight);
            return [await unjankDemo.run({BLUR}), await atWork];"
        ),
    );
    let (first, total) = (result.first_tile_ms, result.total_ms);
    println!("first of {} tiles after {first:.0} ms, last after {total:.0} ms", result.tiles);
    assert!(at_work > 0, "most are yet to come when the first one is there");
    assert!(result.tiles >= MANY);
    let (tiles, shown): (String, String) = page.run(
        "const text = (id) => document.getElementById(id).textContent;
        return [text('tiles'), text('first-tile')];",
    );
    println!("the page shows: tiles {tiles}, first tile {shown}");
    assert_eq!(tiles, format!("{0} / {0}", result.tiles));
    assert!(shown.contains(|digit: char| digit.is_ascii_digit()), "{shown}");
    let drawn: [bool; 2] = page.run(
        "const bars = document.getElementById('bars');
        const { width, height } = bars;
        const { data } = bars.getContext('2d').getImageData(0, 0, width, height);
        const half = data.length / 2;
        return [data.slice(0, half), data.slice(half)].map((line) => line.some((byte) => byte > 0));",
    );
    assert_eq!(drawn, [true; 2], "both workers have bars");
}

/// Engines that cannot hand canvases to workers have the page paint what the paint worker makes.
#[test]
fn a_page_that_keeps_its_canvases_shows_the_same_picture() {
    let site = Site::demo();
    let browser = Browser::start();
    let usual = open(&browser, &site, Watch::Page);
    load(&usual, 9);
    let digest = filter_and_look(&usual, 9.0, "mode: 'pool'");
    let keeping = open(&browser, &site, Watch::Page);
    let script = "delete HTMLCanvasElement.prototype.transferControlToOffscreen;";
    keeping.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    keeping.visit(&site.url("/index.html"));
    keeping.run::<()>("await unjankDemo.ready;");
    let keeps: bool =
        keeping.run("return document.getElementById('after').getContext('2d') !== null;");
    assert!(keeps, "the page has its canvases");
    load(&keeping, 9);
    for place in ["mode: 'pool'", "mode: 'page'"] {
        assert_eq!(filter_and_look(&keeping, 9.0, place), digest, "wherever it is computed");
    }
}

/// With 2049 rows a tile has one, at which nothing of the overview begins.
#[test]
fn a_tile_may_have_no_row_of_what_is_shown() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    let rows: u32 = page.run("return (await unjankDemo.loadSample('astronaut', 4.2)).height;");
    assert_eq!(rows, 2049);
    let [pool, own] =
        ["mode: 'pool'", "mode: 'page'"].map(|place| filter_and_look(&page, 4.2, place));
    assert_eq!(pool, own);
}

/// Filters a photo of so many megapixels, and looks at what is shown: the digest of the result.
#[track_caller]
fn filter_and_look(page: &Page<'_>, megapixels: f64, place: &str) -> String {
    let blur = "filter: 'gaussian_blur', params: { sigma: 12 }";
    let request = format!("{{ {blur}, workers: 2, digest: true, {place} }}");
    let digest = run(page, &request).digest.expect("a digest was asked for");
    let (shown, expected): (String, String) = page.run_within(
        SLOW,
        &format!(
            "{LOOK}
            const wanted = await expected({megapixels}, [{{ {blur} }}]);
            return [await look(wanted), wanted];"
        ),
    );
    assert_eq!(shown, expected, "what is shown, {place}");
    digest
}
