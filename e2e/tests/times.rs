//! How long the demo takes on two workers and on the page's own main thread, in each engine. The runs of
//! both take turns, so what befalls the machine befalls both; `cargo xtask demo-times` takes more of them.

use std::{env, time::Duration};

use serde::Deserialize;
use unjank_e2e::{
    engines,
    site::Site,
    webdriver::{Session, Window},
};
use xtask::browser::Engine;

/// A photo of a good camera, in megapixels.
const MEGAPIXELS: u32 = 24;

/// Runs of each kind and filter, unless the variable says how many.
const ROUNDS: usize = 3;
const VARIABLE: &str = "UNJANK_ROUNDS";

/// Series of runs at most. While the machine has no second core to spare, two workers can't be faster, and no series of
/// that time says anything of the pool; who is slower by himself is so in all of them.
const SERIES: usize = 3;

/// Frames for which the dial is dragged, for each round.
const FRAMES: usize = 85;

/// All runs of a filter, on a machine that has other things to do.
const SLOW: Duration = Duration::from_secs(600);

/// As the page offers them, with their dials where they start.
const FILTERS: [(&str, &str); 5] = [
    ("gaussian_blur", "{ sigma: 30 }"),
    ("median", "{}"),
    ("sobel", "{}"),
    ("tone_curve", "{ exposure: 0.5, contrast: 1.25, gamma: 1 }"),
    ("grayscale", "{}"),
];

/// Those of which two workers make most, and least; and with params in the middle.
const KEPT: [(&str, &str); 6] = [
    ("gaussian_blur", "{ sigma: 30 }"),
    ("gaussian_blur", "{ sigma: 5 }"),
    ("gaussian_blur", "{ sigma: 2 }"),
    ("sobel", "{}"),
    ("median", "{}"),
    ("grayscale", "{}"),
];

/// What a filter took, in milliseconds, medians but for the first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    /// The very first run, on two workers.
    first: f64,
    one: f64,
    two: f64,
    page: f64,
    /// Until the first tile was there, on two workers.
    tile: f64,
}

/// With all filters together, in every engine: the slowest of the others, or a machine with something else to
/// do, may have one of them the other way. By how much is shown.
#[test]
fn two_workers_are_faster_than_the_main_thread() {
    let asked = env::var(VARIABLE).ok().map(|rounds| rounds.parse().expect("a number"));
    let rounds = asked.unwrap_or(ROUNDS);
    let site = Site::demo();
    for engine in engines::chosen() {
        let session = Session::start(engine);
        let page = session.open(&site.url("/index.html"));
        page.run_within::<()>(
            SLOW,
            &format!(
                "await unjankDemo.ready;
                await unjankDemo.loadSample('astronaut', {MEGAPIXELS});"
            ),
        );
        let is_faster = (0..SERIES).any(|_| {
            let (two, main) = series(engine, &page, rounds);
            two < main
        });
        if asked.is_some() {
            show_more(engine, &page, rounds);
        }
        assert!(is_faster, "{}: two workers were slower in {SERIES} series of runs", engine.name());
    }
}

/// Measures all filters once and shows it; what they take together, on two workers and on the main thread.
fn series(engine: Engine, page: &Window<'_>, rounds: usize) -> (f64, f64) {
    println!("{}, {MEGAPIXELS} megapixels, medians of {rounds}, ms", engine.name());
    println!(
        "filter        |   two |   one |  main | two/main | two/one | very first | first tile"
    );
    let (mut two, mut main) = (0.0, 0.0);
    for (filter, params) in FILTERS {
        let times = times(page, filter, params, rounds);
        println!("{}", row(filter, &times));
        two += times.two;
        main += times.page;
    }
    (two, main)
}

/// What takes longer than a test may.
fn show_more(engine: Engine, page: &Window<'_>, rounds: usize) {
    // In Firefox a script of WebDriver's that imports the pool has one of a realm of its own, whose ports no
    // worker answers.
    if engine == Engine::Chromium {
        keep(page, rounds);
    }
    let (seconds, pictures, last) = drag(page, rounds);
    println!(
        "a dial dragged for {seconds:.1} s: {:.1} pictures a second, the last value after {last:.0} ms",
        pictures / seconds,
    );
}

fn times(page: &Window<'_>, filter: &str, params: &str, rounds: usize) -> Times {
    page.run_within(
        SLOW,
        &format!(
            "const run = (place) => unjankDemo.run({{ filter: '{filter}', params: {params}, ...place }});
            const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
            const first = (await run({{ workers: 2 }})).totalMs;
            const [two, page, tile, one] = [[], [], [], []];
            for (let round = 0; round < {rounds}; round += 1) {{
              const {{ totalMs, firstTileMs }} = await run({{ workers: 2 }});
              two.push(totalMs);
              tile.push(firstTileMs);
              page.push((await run({{ mode: 'page' }})).totalMs);
            }}
            for (let round = 0; round < {rounds}; round += 1) {{
              one.push((await run({{ workers: 1 }})).totalMs);
            }}
            await run({{ workers: 2 }});
            return {{
              first, two: median(two), one: median(one), page: median(page), tile: median(tile),
            }};",
        ),
    )
}

/// Shows what filters take on kept data, with a result small enough to be shown and with nothing painted: the
/// second worker's worth. Two pools take turns.
fn keep(page: &Window<'_>, rounds: usize) {
    page.run_within::<()>(
        SLOW,
        &format!(
            "const {{ createPool }} = await import(new URL('./unjank/index.js', location.href));
            const {{ Photos }} = await import(new URL('./engine/photos.js', location.href));
            const kernels = new URL('./pkg/kernels.wasm', location.href);
            const photos = new Photos();
            const photo = await photos.sample('astronaut', {MEGAPIXELS});
            const shape = {{ stride: photo.width * 4, units: photo.height, halo: 200 }};
            globalThis.pools = [];
            for (const workers of [1, 2]) {{
              const pool = await createPool({{ kernels, workers, minWorkers: workers }});
              const data = await pool.load((rows) => photos.cut(photo, rows), shape);
              pools.push({{ pool, data }});
            }}"
        ),
    );
    println!("kept, and shrunk by 8       |   one |   two | one/two");
    for (filter, params) in KEPT {
        let [one, two]: [f64; 2] = page.run_within(
            SLOW,
            &format!(
                "const times = [[], []];
                for (let round = 0; round <= {rounds}; round += 1) {{
                  for (const [at, {{ data }}] of pools.entries()) {{
                    const begun = performance.now();
                    const chunks = data.through('{filter}', {params}).map('shrink', {{ factor: 8 }});
                    for await (const chunk of chunks) void chunk;
                    if (round > 0) times[at].push(performance.now() - begun);
                  }}
                }}
                return times.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);"
            ),
        );
        let name = format!("{filter} {params}");
        println!("{name:27} | {one:5.0} | {two:5.0} | {:7.2}", one / two);
    }
    page.run::<()>("for (const { pool } of pools) await pool.close();");
}

/// Moves the dial of the blur once a frame: for how many seconds, how many pictures were shown, and after how
/// many milliseconds that of the last value was.
fn drag(page: &Window<'_>, rounds: usize) -> (f64, f64, f64) {
    let frames = rounds * FRAMES;
    page.run_within(
        SLOW,
        &format!(
            "const dial = document.getElementById('dial-sigma');
            const status = document.getElementById('status');
            let pictures = 0;
            const observer = new MutationObserver(() => {{ pictures += 1; }});
            observer.observe(status, {{ childList: true }});
            const move = (sigma) => {{
              dial.value = sigma;
              dial.dispatchEvent(new Event('input', {{ bubbles: true }}));
            }};
            const begun = performance.now();
            for (let frame = 0; frame < {frames}; frame += 1) {{
              move(5 + 40 * Math.abs(Math.sin(frame / 30)));
              await new Promise(requestAnimationFrame);
            }}
            const seconds = (performance.now() - begun) / 1000;
            const shown = pictures;
            const last = performance.now();
            move(17);
            await unjankDemo.follow({{ filter: 'gaussian_blur', params: {{ sigma: 17 }} }});
            observer.disconnect();
            return [seconds, shown, performance.now() - last];"
        ),
    )
}

fn row(filter: &str, Times { first, one, two, page, tile }: &Times) -> String {
    let (to_page, to_one) = (two / page, two / one);
    format!(
        "{filter:13} | {two:5.0} | {one:5.0} | {page:5.0} | {to_page:8.2} | {to_one:7.2} | {first:10.0} | \
         {tile:10.0}"
    )
}
