//! The app in Rust of the folder `examples`, in Chromium and under the strict policy.

mod once;

use std::ops::Range;

use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::{self, Site},
};

/// Pixels of a row of its picture, and rows.
const WIDTH: usize = 768;
const HEIGHT: usize = 512;

/// The picture as it is shown. Read from a copy, lest the page be told that it reads too often.
const PIXELS: &str = "
    const canvas = document.querySelector('canvas');
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return new Blob([copy.getImageData(0, 0, width, height).data]);";

/// `settled()` is what the app says next of what it was told to do.
const SETTLED: &str = "
    const status = document.querySelector('#status');
    const settled = () => new Promise((resolve) => {
        const look = () => {
            if (['starting', 'painting'].includes(status.textContent)) return;
            observer.disconnect();
            resolve(status.textContent);
        };
        const observer = new MutationObserver(look);
        observer.observe(status, { childList: true });
        look();
    });
    const start = (radius) => {
        document.querySelector('#radius').value = radius;
        status.textContent = 'starting';
        document.querySelector('#start').click();
    };";

#[test]
fn a_picture_is_painted_and_shown() {
    opened(|page| {
        let source = page.take_bytes(PIXELS);
        assert_eq!(source.len(), 4 * WIDTH * HEIGHT);
        assert_eq!(told(page, "start(3); return settled();"), "painted");
        let painted = page.take_bytes(PIXELS);
        assert_ne!(painted, source);
        assert!(painted == in_oil(&source, 3), "the picture is painted as the kernel is meant");
        once::assert_fetched_and_compiled_once("rust", page);
    });
}

/// The widest brush takes seconds: there is much left when the first rows are shown.
#[test]
fn what_is_aborted_says_so_and_the_next_works() {
    opened(|page| {
        let source = page.take_bytes(PIXELS);
        let aborted = told(
            page,
            "start(32);
            const shown = document.querySelector('#progress');
            await new Promise((resolve) => {
                const observer = new MutationObserver(() => {
                    if (shown.value > 0) { observer.disconnect(); resolve(); }
                });
                observer.observe(shown, { attributes: true });
            });
            document.querySelector('#abort').click();
            return settled();",
        );
        assert_eq!(aborted, "cancelled: the job was cancelled");
        assert!(page.take_bytes(PIXELS) == source, "the picture is shown as it was");
        assert_eq!(told(page, "start(1); return settled();"), "painted");
        assert!(page.take_bytes(PIXELS) == in_oil(&source, 1), "nothing of it is left over");
    });
}

#[test]
fn an_error_is_shown_by_its_code() {
    opened(|page| {
        let refused = told(page, "start(33); return settled();");
        assert!(refused.starts_with("bad_params: "), "{refused}");
        assert!(refused.contains("from 1 to 32"), "{refused}");
    });
}

/// Opens the app, and lets nothing pass that it or its workers complain of.
fn opened(story: impl FnOnce(&Page<'_>)) {
    let site = Site::of(&site::made_by("bundlers", "UNJANK_RUST_EXAMPLE"));
    let browser = Browser::start();
    let page = browser.open(&site.url("/index.html"), Watch::Workers);
    assert_eq!(told(&page, "return settled();"), "ready");
    story(&page);
    assert_eq!(page.complaints(), []);
    assert_ne!(page.workers(), [""; 0], "there are workers, and they are watched");
}

fn told(page: &Page<'_>, body: &str) -> String {
    page.run(&format!("{SETTLED}{body}"))
}

/// The kernel once more, from its description alone: each pixel has the mean colour of the most frequent of 16
/// shades around it, the darkest of several.
fn in_oil(source: &[u8], radius: usize) -> Vec<u8> {
    let near = |at: usize, end: usize| -> Range<usize> {
        at.saturating_sub(radius)..(at + radius + 1).min(end)
    };
    let mut painted = Vec::with_capacity(source.len());
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let mut shades = [(0_u32, [0_u32; 3]); 16];
            for place in near(y, HEIGHT).flat_map(|y| near(x, WIDTH).map(move |x| y * WIDTH + x)) {
                let colour: [u8; 3] = [0, 1, 2].map(|part| source[4 * place + part]);
                let sum: usize = colour.iter().map(|&part| usize::from(part)).sum();
                let (count, sums) = &mut shades[sum / 48];
                *count += 1;
                (0..3).for_each(|part| sums[part] += u32::from(colour[part]));
            }
            let most = shades.iter().map(|shade| shade.0).max().expect("there are shades");
            let (count, sums) = shades.iter().find(|shade| shade.0 == most).expect("one has most");
            painted.extend(sums.map(|sum| (sum / count) as u8));
            painted.push(255);
        }
    }
    painted
}
