//! The same bytes, whoever computes them.

use std::thread;

use sha2::{Digest, Sha256};
use unjank_demo::kernels::{Blur, GaussianBlur, NoParams, Tone, oracle};
use unjank_e2e::{
    browser::Browser,
    deadline::Stopwatch,
    page::{Page, Watch},
    site::Site,
};
use unjank_protocol::Kernel as _;

use crate::{MEDIUM, cores, load, open, run};

/// A photo as the page has it: RGBA, row after row.
struct Photo {
    width: usize,
    pixels: Vec<u8>,
}

/// A filter, and what should come of it.
struct Filter {
    kernel: &'static str,
    /// As JavaScript.
    params: &'static str,
    /// Rows that a row of the result depends on, on either side.
    reach: fn() -> usize,
    oracle: fn(&[u8], usize) -> Vec<u8>,
}

const FILTERS: [Filter; 3] = [
    Filter {
        kernel: "gaussian_blur",
        params: "{ sigma: 5 }",
        reach: || GaussianBlur::halo(&Blur { sigma: 5.0 }) as usize,
        oracle: |pixels, width| oracle::gaussian_blur(&Blur { sigma: 5.0 }, pixels, width),
    },
    Filter {
        kernel: "sobel",
        params: "{}",
        reach: || 1,
        oracle: |pixels, width| oracle::sobel(&NoParams {}, pixels, width),
    },
    Filter {
        kernel: "tone_curve",
        params: "{ exposure: 0.5, contrast: 1.25, gamma: 1 }",
        reach: || 0,
        oracle: |pixels, width| {
            let tone = Tone { exposure: 0.5, contrast: 1.25, gamma: 1.0 };
            oracle::tone_curve(&tone, pixels, width)
        },
    },
];

/// A blur works on an image of up to an eighth of the size, whose rows are counted from the first of the
/// image: half an image must begin where one of them does.
const GRID: usize = 8;

/// Parameters of the tone curve that change nothing.
const NO_CHANGE: &str = "{ exposure: 0, contrast: 1, gamma: 1 }";

#[test]
fn a_photo_is_filtered_alike_by_one_worker_by_many_by_the_page_and_by_the_oracle() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, MEDIUM);
    let photo = Photo::of(&page);
    println!("{} x {} pixels", photo.width, photo.pixels.len() / 4 / photo.width);
    assert!(photo.pixels.len() / 4 >= 12_000_000);
    let unchanged = digest(&page, "tone_curve", NO_CHANGE, "mode: 'pool'").0;
    assert_eq!(unchanged, hex(&photo.pixels), "the pixels are those that the page filters");
    for filter in &FILTERS {
        compare(&page, &photo, filter);
    }
}

fn compare(page: &Page<'_>, photo: &Photo, filter: &Filter) {
    let Filter { kernel, params, .. } = filter;
    let stopwatch = Stopwatch::start();
    let expected = hex(&photo.expected(filter));
    println!("{kernel} {params}: the oracle took {} ms", stopwatch.milliseconds());
    let many = format!("workers: {}", cores(page));
    for place in ["workers: 1", &many, "mode: 'page'"] {
        let (found, total_ms) = digest(page, kernel, params, place);
        println!("  {place}: {total_ms:.0} ms");
        assert_eq!(found, expected, "{kernel}, {place}");
    }
}

/// Runs a filter somewhere: the SHA-256 of the result, and how long it took.
fn digest(page: &Page<'_>, kernel: &str, params: &str, place: &str) -> (String, f64) {
    let request = format!("{{ filter: '{kernel}', params: {params}, digest: true, {place} }}");
    let result = run(page, &request);
    (result.digest.expect("a digest was asked for"), result.total_ms)
}

impl Photo {
    /// The sample, from the page's own modules.
    fn of(page: &Page<'_>) -> Self {
        let width = page.run(&format!(
            "const {{ Photos }} = await import('/engine/photos.js');
            const photos = new Photos();
            const photo = await photos.sample('astronaut', {MEDIUM});
            globalThis.pixels = await photos.lend(photo);
            return photo.width;"
        ));
        Self { width, pixels: page.take_bytes("return new Blob([pixels]);") }
    }

    /// What should come of a filter: computed on two threads, each with half the rows and as many
    /// more as they depend on.
    fn expected(&self, filter: &Filter) -> Vec<u8> {
        let Self { width, pixels } = self;
        let row = width * 4;
        let rows = pixels.len() / row;
        let middle = rows / 2;
        let reach = (filter.reach)();
        let end = (middle + reach).min(rows) * row;
        let start = middle.saturating_sub(reach) / GRID * GRID * row;
        thread::scope(|scope| {
            let upper = scope.spawn(|| (filter.oracle)(&pixels[..end], *width));
            let lower = (filter.oracle)(&pixels[start..], *width);
            let mut whole = upper.join().expect("the oracle does not panic");
            whole.truncate(middle * row);
            whole.extend_from_slice(&lower[middle * row - start..]);
            whole
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
