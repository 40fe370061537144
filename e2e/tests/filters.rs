//! The demo page in each engine: the same bytes, wherever they are computed.

use std::time::Duration;

use serde::Deserialize;
use unjank_e2e::{
    engines,
    site::Site,
    webdriver::{Session, Settings, Window},
};
use xtask::browser::Engine;

/// Enlarging rounds down: this is what gives at least 12 megapixels.
const MEGAPIXELS: u32 = 13;

/// A run on the main thread of a page whose machine has other things to do.
const SLOW: Duration = Duration::from_secs(240);

/// Changes nothing: its digest is that of the photo, as this engine decoded and enlarged it.
const UNCHANGED: &str = "filter: 'tone_curve', params: { exposure: 0, contrast: 1, gamma: 1 }";

const FILTERS: [&str; 3] = [
    "filter: 'gaussian_blur', params: { sigma: 5 }",
    "filter: 'sobel', params: {}",
    "filter: 'tone_curve', params: { exposure: 0.5, contrast: 1.25, gamma: 1 }",
];

/// What `unjankDemo.run` gives.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    total_ms: f64,
    width: u32,
    height: u32,
    digest: String,
}

/// What an engine made of the photo.
#[derive(Debug)]
struct Gallery {
    engine: Engine,
    photo: String,
    filtered: Vec<String>,
}

#[test]
fn a_photo_is_filtered_alike_by_workers_and_by_the_page_in_every_engine() {
    let site = Site::demo();
    let galleries: Vec<_> =
        engines::chosen().into_iter().map(|engine| filter_all(engine, &site)).collect();
    for (index, one) in galleries.iter().enumerate() {
        for other in &galleries[..index] {
            compare(one, other);
        }
    }
}

/// Engines may decode a photo in their own way; equal photos must be filtered alike.
fn compare(one: &Gallery, other: &Gallery) {
    let names = format!("{} and {}", one.engine.name(), other.engine.name());
    if one.photo == other.photo {
        assert_eq!(one.filtered, other.filtered, "{names} filter the same pixels alike");
        println!("{names} filter the same pixels alike");
    } else {
        println!("{names} decode the photo differently: their results can't be compared");
    }
}

fn filter_all(engine: Engine, site: &Site) -> Gallery {
    let session = Session::start(engine);
    let page = session.open(&site.url("/index.html"));
    page.run::<()>("await unjankDemo.ready;");
    page.run_within::<()>(
        SLOW,
        &format!("await unjankDemo.loadSample('astronaut', {MEGAPIXELS});"),
    );
    let Run { width, height, digest: photo, .. } = run(&page, UNCHANGED, "workers: 2");
    println!("{}: {width} x {height} pixels", engine.name());
    assert!(width * height >= 12_000_000);
    let filtered = FILTERS.into_iter().map(|filter| filter_twice(&page, filter, &photo)).collect();
    Gallery { engine, photo, filtered }
}

/// On workers and on the page: the digest of both.
fn filter_twice(page: &Window<'_>, filter: &str, photo: &str) -> String {
    let pool = run(page, filter, "workers: 2");
    let own = run(page, filter, "mode: 'page'");
    let name = page.engine().name();
    let (on_workers, on_page) = (pool.total_ms, own.total_ms);
    println!("{name}, {filter}: {on_workers:.0} ms on 2 workers, {on_page:.0} ms on the page");
    assert_eq!(pool.digest, own.digest, "{name}: {filter}");
    assert_ne!(pool.digest, photo, "{name}: {filter} changes the photo");
    pool.digest
}

#[track_caller]
fn run(page: &Window<'_>, filter: &str, place: &str) -> Run {
    page.run_within(SLOW, &format!("return unjankDemo.run({{ {filter}, digest: true, {place} }});"))
}

/// Protection against fingerprinting changes what is read from a canvas.
#[test]
fn a_browser_that_falsifies_canvases_has_the_right_photo_or_none() {
    if !engines::is_chosen(Engine::Firefox) {
        return;
    }
    let site = Site::demo();
    let mut settings = Settings::default();
    let honest = photo(&site, &settings);
    settings.firefox_preferences.insert("privacy.resistFingerprinting".into(), true.into());
    let resisting = photo(&site, &settings);
    println!("a photo: {honest}, and {resisting} where canvases are falsified");
    assert!(resisting == honest || resisting == "unsupported");
}

/// The digest of a photo as Firefox has it, or the code of why it has none.
fn photo(site: &Site, settings: &Settings) -> String {
    let session = Session::start_with(Engine::Firefox, settings);
    let page = session.open(&site.url("/index.html"));
    let body = format!(
        "try {{
          await unjankDemo.ready;
          return (await unjankDemo.run({{ {UNCHANGED}, workers: 2, digest: true }})).digest;
        }} catch (error) {{
          return error.code;
        }}"
    );
    page.run_within(SLOW, &body)
}
