//! A page that is left, hidden or restored, and browsers that are set up to give little.

use serde_json::json;
use unjank_e2e::{
    engines,
    site::Site,
    webdriver::{Session, Settings, Window},
};
use xtask::browser::Engine;

/// Milliseconds for which the page is left: longer than its jobs have.
const ABSENCE: u32 = 4000;

/// The page goes into the back/forward cache with a job under way, for longer than the job's
/// deadline, and comes back.
#[test]
fn a_page_that_comes_back_goes_on_where_it_was() {
    let site = Site::faults();
    for engine in engines::chosen() {
        let session = Session::start(engine);
        let page = session.open(&site.url("/index.html"));
        page.run::<()>(
            "await loaded;
            addEventListener('pagehide', () => { window.left = performance.now(); });
            addEventListener('pageshow', ({ persisted }) => {
              window.restored = persisted;
              window.away = performance.now() - window.left;
            });
            const end = (job) => job.then(() => 'completed', ({ code }) => code);
            const bytes = new ArrayBuffer(1 << 20);
            window.pools = await Promise.all([1, 2].map(() => unjank.createPool({ workers: 1 })));
            window.begun = performance.now();
            window.jobs = [
              window.pools[0].run('dwell', { ms: 1000 }, bytes, { deadlineMs: 3000 }),
              window.pools[1].run('spin', {}, new ArrayBuffer(8), { deadlineMs: 3000 }),
            ].map(end);",
        );
        leave(&page, &site);
        assert!(
            page.run::<bool>("return window.restored === true;"),
            "{}: restored",
            engine.name()
        );
        let (ends, away, took): (Vec<String>, f64, f64) = page.run(
            "const ends = await Promise.all(window.jobs);
            return [ends, window.away, performance.now() - window.begun];",
        );
        println!("{}: away for {away:.0} ms, {ends:?} after {took:.0} ms", engine.name());
        assert!(away >= f64::from(ABSENCE), "it was away for longer than the deadline");
        assert_eq!(ends, ["completed", "deadline_exceeded"], "{}", engine.name());
        assert!(took >= 3000.0 + away - 50.0, "the deadline stood still while it was away");
        let generations: Vec<u32> = page.run(
            "await Promise.all(window.pools.map((pool) => pool.run('echo', {}, new ArrayBuffer(8))));
            return window.pools.map((pool) => pool.stats().workers[0].generation);",
        );
        assert_eq!(generations, [0, 1], "{}: only the worker that hung is replaced", engine.name());
    }
}

/// Goes to another page and back.
fn leave(page: &Window<'_>, site: &Site) {
    page.visit(&site.url("/index.html?elsewhere"));
    // A job of that page says when it is time to go back.
    page.run::<()>(&format!(
        "await loaded;
        const pool = await unjank.createPool({{ workers: 1 }});
        await pool.run('dwell', {{ ms: {ABSENCE} }}, new ArrayBuffer(8));
        await pool.close();"
    ));
    page.back();
}

/// Timers of a hidden page are slow, and its workers are not.
#[test]
fn a_hidden_page_gets_its_results() {
    let site = Site::faults();
    for engine in engines::chosen() {
        let session = Session::start(engine);
        let page = session.open(&site.url("/index.html"));
        page.run::<()>("await loaded; window.pool = await unjank.createPool({ workers: 2 });");
        page.minimize();
        let (hidden, ends, took): (bool, usize, f64) = page.run(
            "while (!document.hidden) {
              await new Promise((change) => {
                document.addEventListener('visibilitychange', change, { once: true });
              });
            }
            const begun = performance.now();
            const source = new Uint8Array(8 << 20).fill(3);
            const whole = await window.pool.mapChunks('echo', {}, source, { stride: 1024 }).gather();
            const jobs = Array.from({ length: 200 }, () => window.pool.run('echo', {}, new ArrayBuffer(9)));
            const late = window.pool.run('spin', {}, new ArrayBuffer(9), { deadlineMs: 100 }).catch(() => {});
            const ends = (await Promise.all(jobs)).length;
            await late;
            return [document.hidden && whole[5] === 3, ends, performance.now() - begun];",
        );
        println!("{}: {ends} results while hidden, {took:.0} ms", engine.name());
        assert!(hidden, "{}: the page was hidden, the result right", engine.name());
        assert_eq!(ends, 200);
    }
}

/// Gecko starts no more workers than its preference allows, and says nothing of the others.
#[test]
fn a_pool_goes_on_with_the_workers_that_it_gets() {
    let mut settings = Settings::default();
    settings.firefox_preferences.insert("dom.workers.maxPerDomain".into(), json!(2));
    let Some(session) = firefox(&settings) else { return };
    let site = Site::faults();
    let page = session.open(&site.url("/index.html"));
    let (lengths, busy): (Vec<usize>, usize) = page.run(
        "await loaded;
        const options = { workers: 4, minWorkers: 4, startTimeoutMs: 300 };
        const pool = await unjank.createPool(options);
        const sizes = Array.from({ length: 60 }, (_, index) => index * 1000);
        const jobs = sizes.map((size) => pool.run('echo', {}, new ArrayBuffer(size)));
        const lengths = (await Promise.all(jobs)).map((echo) => echo.length);
        return [lengths, pool.stats().workers.filter(({ tasks }) => tasks > 0).length];",
    );
    println!("{busy} of 4 workers came");
    assert!(lengths.into_iter().eq((0..60).map(|index| index * 1000)), "all jobs complete");
    assert!((1..=2).contains(&busy), "{busy} workers came");
}

/// With the clock in steps of a sixtieth of a second, and a number of cores that is made up.
#[test]
fn a_browser_that_resists_fingerprinting_runs_a_pool() {
    let mut settings = Settings::default();
    settings.firefox_preferences.insert("privacy.resistFingerprinting".into(), json!(true));
    let Some(session) = firefox(&settings) else { return };
    let site = Site::faults();
    let page = session.open(&site.url("/index.html"));
    let (cores, end, echo): (u32, String, usize) = page.run(
        "await loaded;
        const pool = await unjank.createPool();
        const late = pool.run('spin', {}, new ArrayBuffer(8), { deadlineMs: 100 });
        const end = await late.catch(({ code }) => code);
        const echo = await pool.run('echo', {}, new ArrayBuffer(5000));
        return [navigator.hardwareConcurrency, end, echo.length];",
    );
    println!("it says that it has {cores} cores");
    assert_eq!((end.as_str(), echo), ("deadline_exceeded", 5000));
}

/// Firefox, if it is among the chosen engines.
fn firefox(settings: &Settings) -> Option<Session> {
    engines::is_chosen(Engine::Firefox).then(|| Session::start_with(Engine::Firefox, settings))
}
