//! What the page shows of a run while it goes on, and where it shows the photo.

use serde_json::json;
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
};

use crate::{BLUR, FIRST_TILE, LARGE, Run, SLOW, load, open, run};

/// Bands that a run with two workers has under way at once.
const UNDER_WAY: u32 = 6;

#[test]
fn the_first_tile_is_painted_long_before_the_last() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    let (result, submitted): (Run, u32) = page.run_within(
        SLOW,
        &format!(
            "{FIRST_TILE}
            const submitted = firstTile.then(() => unjankDemo.stats().submitted);
            return [await unjankDemo.run({BLUR}), await submitted];"
        ),
    );
    let (first, total) = (result.first_tile_ms, result.total_ms);
    println!("first of {} tiles after {first:.0} ms, last after {total:.0} ms", result.tiles);
    println!("{submitted} bands were with the pool until the first tile was there");
    assert!(submitted <= UNDER_WAY, "no more than are under way at once");
    assert!(result.tiles > 4 * UNDER_WAY, "most are yet to come");
    let (tiles, shown): (String, String) = page.run(
        "const text = (id) => document.getElementById(id).textContent;
        return [text('tiles'), text('first-tile')];",
    );
    println!("the page shows: tiles {tiles}, first tile {shown}");
    assert_eq!(tiles, format!("{0} / {0}", result.tiles));
    assert!(shown.contains(|digit: char| digit.is_ascii_digit()), "{shown}");
}

/// Engines that cannot hand canvases to workers have the page paint what the paint worker makes.
#[test]
fn a_page_that_keeps_its_canvases_shows_the_same_picture() {
    let site = Site::demo();
    let browser = Browser::start();
    let usual = open(&browser, &site, Watch::Page);
    let (digest, shown) = filter_and_look(&usual);
    let keeping = open(&browser, &site, Watch::Page);
    let script = "delete HTMLCanvasElement.prototype.transferControlToOffscreen;";
    keeping.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    keeping.visit(&site.url("/index.html"));
    keeping.run::<()>("await unjankDemo.ready;");
    let keeps: bool =
        keeping.run("return document.getElementById('after').getContext('2d') !== null;");
    assert!(keeps, "the page has its canvases");
    assert_eq!(filter_and_look(&keeping), (digest, shown));
}

/// Filters a photo: the digest of the result, and that of what the canvas shows.
fn filter_and_look(page: &Page<'_>) -> (String, String) {
    load(page, 2);
    let request = "{ filter: 'gaussian_blur', params: { sigma: 12 }, workers: 2, digest: true }";
    let digest = run(page, request).digest.expect("a digest was asked for");
    let shown = page.run(
        "const shown = document.getElementById('after');
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        const look = new OffscreenCanvas(shown.width, shown.height).getContext('2d');
        look.drawImage(shown, 0, 0);
        const { data } = look.getImageData(0, 0, shown.width, shown.height);
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
        return String(hash);",
    );
    (digest, shown)
}
