//! Pools that come and go, data that workers keep for a while, and pages that go with theirs.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use unjank_e2e::{
    browser::Browser,
    chromium::WITHOUT_COMPILERS,
    page::{Page, Watch},
    site::Site,
};

/// Pools of one stretch. A pool that nobody frees holds a little memory until garbage is collected,
/// which is done after each.
const STRETCH: u32 = 20;

const POOLS: u32 = 200;

/// What may be held more after the last stretch, as a part of what was held after the first.
const LEEWAY: f64 = 0.01;

/// More pages than the browser keeps in its back/forward cache, which takes only pages that are found.
const OTHER_PAGES: u32 = 12;

/// One pool in three is drained, one aborted while both of its workers are busy, one closed at once.
const COME_AND_GO: &str = "
    await loaded;
    const expected = { echo: '9000,9000', spin: 'cancelled,cancelled' };
    const run = async (kernel) => {
      const pool = await unjank.createPool({ workers: 2, minWorkers: 2 });
      const jobs = [1, 2].map(() => pool.run(kernel, {}, new ArrayBuffer(9000)));
      const ends = Promise.all(jobs.map((job) => job.then(({ length }) => length, ({ code }) => code)));
      while (kernel === 'spin' && pool.stats().workers.some(({ state }) => state !== 'busy')) {
        await new Promise(requestAnimationFrame);
      }
      await pool.close(kernel === 'spin' ? 'abort' : 'drain');
      globalThis.lastBytes = pool.stats().coreBytes;
      const found = (await ends).join();
      if (found !== expected[kernel]) throw new Error(`the jobs of ${kernel} ended with ${found}`);
    };
    const turnBack = async () => (await unjank.createPool({ workers: 2 })).close();
    const ways = [() => run('echo'), () => run('spin'), turnBack];
    globalThis.comeAndGo = async (pools) => {
      for (let pool = 0; pool < pools; pool += 1) await ways[pool % ways.length]();
    };";

/// Bytes of what is loaded in each round.
const DATA: u32 = 16 << 20;

/// Rounds of one stretch, and of all.
const ROUNDS: u32 = 200;
const ROUNDS_OF_A_STRETCH: u32 = 20;

/// What may be held more in the later half than in the earlier one.
const DRIFT: f64 = 0.05;

/// Loads, runs, keeps, maps, follows one kernel by another, and releases. After each stretch workers have
/// waited for long enough to let go of buffers that they might have needed again.
const KEEP_AND_RELEASE: &str = "
    await loaded;
    const pool = await unjank.createPool({ workers: 2, minWorkers: 2 });
    globalThis.rounds = async (count, length) => {
      for (let round = 0; round < count; round += 1) {
        const data = await pool.load(new Uint8Array(length).fill(round), { stride: 1024 });
        const kept = await data.through('echo', {}).keep('echo', {});
        for await (const { bytes } of kept.map('echo', {})) {
          if (bytes[0] !== round % 256) throw new Error(`${bytes[0]} in round ${round}`);
        }
        await data.run('echo', {});
        for (const one of [data, kept]) one.release();
      }
      for (const worker of [0, 1]) void pool.run('dwell', { ms: 1500 }, new ArrayBuffer(8));
      await new Promise((idle) => { pool.on('idle', idle); });
    };";

#[test]
fn two_hundred_rounds_of_kept_data_leave_nothing_behind() {
    let site = Site::faults();
    let browser = Browser::start_with(&[WITHOUT_COMPILERS]);
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(KEEP_AND_RELEASE);
    let mut held = Vec::new();
    for stretch in 1..=ROUNDS / ROUNDS_OF_A_STRETCH {
        let rounds = format!("await rounds({ROUNDS_OF_A_STRETCH}, {DATA});");
        page.run_within::<()>(Duration::from_secs(300), &rounds);
        let heap = page.metric("JSHeapUsedSize");
        let Some(memory) = browser.page_memory() else {
            println!("left out: this system does not say what a process holds");
            return;
        };
        println!(
            "after {} rounds: {:.0} KiB of heap, {:.1} MiB of memory",
            stretch * ROUNDS_OF_A_STRETCH,
            heap / 1024.0,
            memory / f64::from(1 << 20),
        );
        held.push(memory);
    }
    let (early, late) = held.split_at(held.len() / 2);
    // Garbage that nobody collected comes and goes; what stays is the floor.
    let floor = |held: &[f64]| held.iter().copied().fold(f64::INFINITY, f64::min);
    let (early, late) = (floor(early), floor(late));
    assert!(late <= early * (1.0 + DRIFT), "{early} bytes before, {late} after");
}

/// Fills both workers of a pool with jobs that do not end.
const KEEP_BUSY: &str = "
    await loaded;
    const pool = await unjank.createPool({ workers: 2, minWorkers: 2 });
    for (let job = 0; job < 20; job += 1) pool.run('spin', {}, new ArrayBuffer(9000));
    while (pool.stats().workers.some(({ state }) => state !== 'busy')) {
      await new Promise(requestAnimationFrame);
    }";

/// What a page holds when it has no pool.
#[derive(Debug, Deserialize)]
struct Held {
    /// Bytes of its heap, without garbage.
    heap: f64,
    listeners: f64,
    /// Bytes of its linear memory.
    memory: f64,
}

#[test]
fn two_hundred_pools_leave_nothing_behind() {
    let site = Site::faults();
    let browser = Browser::start_with(&[WITHOUT_COMPILERS]);
    browser.count_workers();
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(COME_AND_GO);
    // Memory grows by 64 KiB at a time and never shrinks: whether one pool at a time needs the next
    // 64 KiB may show late. Three at once need more, and need it now.
    page.run_within::<()>(
        Duration::from_secs(300),
        "await Promise.all([6, 6, 6].map((pools) => comeAndGo(pools)));",
    );
    let held: Vec<Held> =
        (0..POOLS / STRETCH).map(|_| come_and_go(&browser, &page, STRETCH)).collect();
    held.iter().for_each(|held| println!("after {STRETCH} more pools: {held:?}"));
    let workers = browser.workers_ever();
    println!("{workers} workers came, and all went");
    assert!(workers >= POOLS as usize, "the workers of all pools were seen");
    let [first, .., last] = held.as_slice() else { panic!("there are stretches") };
    for (what, before, after) in [
        ("heap", first.heap, last.heap),
        ("listeners", first.listeners, last.listeners),
        ("linear memory", first.memory, last.memory),
    ] {
        assert!(after <= before * (1.0 + LEEWAY), "{what}: {before} before, {after} after");
    }
}

/// Builds and closes that many pools, and waits until all of their workers have ended.
fn come_and_go(browser: &Browser, page: &Page<'_>, pools: u32) -> Held {
    page.run_within::<()>(Duration::from_secs(300), &format!("await comeAndGo({pools});"));
    browser.wait_for_workers(0);
    // What garbage held on to is let go of in a task after the collection, and is garbage then.
    let _ = page.metric("JSHeapUsedSize");
    let memory = page.run(
        "await new Promise(requestAnimationFrame);
        return lastBytes;",
    );
    let (heap, listeners) = (page.metric("JSHeapUsedSize"), page.metric("JSEventListeners"));
    Held { heap, listeners, memory }
}

#[test]
fn a_page_that_goes_in_the_middle_of_jobs_takes_its_workers_along() {
    let site = Site::faults();
    let browser = Browser::start();
    browser.count_workers();
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(KEEP_BUSY);
    browser.wait_for_workers(2);
    // A page that is loaded again does not sleep in the back/forward cache.
    page.call("Page.reload", json!({}));
    browser.wait_for_workers(0);
    drop(page);

    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(KEEP_BUSY);
    browser.wait_for_workers(2);
    drop(page);
    browser.wait_for_workers(0);
}

/// While the browser keeps the page, its workers sleep with it.
#[test]
fn a_page_that_sleeps_keeps_its_workers_until_it_is_forgotten() {
    let site = Site::faults();
    let browser = Browser::start();
    browser.count_workers();
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(
        "addEventListener('pagehide', ({ persisted }) => { sessionStorage.kept = persisted; });",
    );
    page.run::<()>(KEEP_BUSY);
    browser.wait_for_workers(2);
    for other in 0..OTHER_PAGES {
        page.visit(&site.url(&format!("/index.html?{other}")));
    }
    assert_eq!(page.run::<String>("return sessionStorage.kept;"), "true");
    browser.wait_for_workers(0);
}
