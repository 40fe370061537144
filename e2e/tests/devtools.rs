//! What goes wrong in ways that only the `DevTools` protocol can bring about or see.

use unjank_e2e::{browser::Browser, page::Watch, site::Site};

/// The pool is up, then a deployment takes the script away, then a deadline kills the worker.
#[test]
fn a_script_that_vanishes_after_the_start_fails_every_job() {
    let site = Site::faults();
    let browser = Browser::start();
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(
        "await loaded;
        globalThis.pool = await unjank.createPool({ workers: 1 });
        await pool.run('echo', {}, new ArrayBuffer(8));",
    );
    site.take_away("/unjank/worker.js");
    let codes: Vec<String> = page.run(
        "const spin = pool.run('spin', {}, new ArrayBuffer(8), { deadlineMs: 200 });
        const waiting = Array.from({ length: 12 }, () => pool.run('echo', {}, new ArrayBuffer(9000)));
        const ends = await Promise.allSettled([spin, ...waiting]);
        return ends.map((end) => end.reason?.code ?? 'completed');",
    );
    let (spin, waiting) = codes.split_first().expect("there were jobs");
    assert_eq!(spin, "deadline_exceeded");
    assert!(waiting.iter().all(|code| code == "script_unavailable"), "{waiting:?}");
    let later: [String; 3] = page.run(
        "const code = (error) => error.code;
        const bytes = new ArrayBuffer(8);
        const late = await Promise.all([
          pool.run('echo', {}, bytes).catch(code), pool.ready().catch(code),
        ]);
        await pool.close('abort');
        return [...late, bytes.byteLength === 8 ? 'payload kept' : 'payload gone'];",
    );
    assert_eq!(later, ["script_unavailable", "script_unavailable", "payload kept"]);
}

/// A frozen page cannot be told of anything, so time does not count against its jobs.
#[test]
fn a_deadline_does_not_pass_while_the_page_is_frozen() {
    let site = Site::faults();
    let browser = Browser::start();
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    let elsewhere = browser.open(&site.url("/index.html"), Watch::Page);
    page.run::<()>(
        "await loaded;
        const times = globalThis.times = { frozen: 0 };
        document.addEventListener('freeze', () => { times.freeze = performance.now(); });
        document.addEventListener('resume', () => {
          times.frozen += performance.now() - times.freeze;
        });
        const pools = await Promise.all([1, 2].map(() => unjank.createPool({ workers: 1 })));
        const data = await pools[1].load(new ArrayBuffer(8), { stride: 1 });
        const begun = performance.now();
        globalThis.jobs = [
          pools[0].run('spin', {}, new ArrayBuffer(8), { deadlineMs: 1000 }),
          data.run('spin', {}, { deadlineMs: 1000 }),
        ].map((job) => job.catch(({ code }) => [code, performance.now() - begun]));",
    );
    page.call("Page.setWebLifecycleState", serde_json::json!({ "state": "frozen" }));
    // A job of the other page says when it has been frozen for longer than the deadline.
    elsewhere.run::<()>(
        "await loaded;
        const pool = await unjank.createPool({ workers: 1 });
        await pool.run('dwell', { ms: 2000 }, new ArrayBuffer(8));",
    );
    page.call("Page.setWebLifecycleState", serde_json::json!({ "state": "active" }));
    let (ends, frozen): (Vec<(String, f64)>, f64) =
        page.run("return [await Promise.all(jobs), times.frozen];");
    assert!(frozen > 0.0, "the page was frozen");
    for (code, took) in ends {
        println!("deadline of 1000 ms, frozen for {frozen:.0} ms, settled after {took:.0} ms");
        assert_eq!(code, "deadline_exceeded");
        assert!(took >= 1000.0 + frozen - 1.0, "the deadline stood still while it was");
    }
}

/// Whatever ends an instance, and memory over its limit: it is replaced by one of the same compiled module.
#[test]
fn healing_neither_fetches_nor_compiles() {
    let site = Site::faults();
    let browser = Browser::start();
    let page = browser.open(&site.url("/index.html"), Watch::Workers);
    let fresh: Vec<u8> = page.run(
        "await loaded;
        const pool = await unjank.createPool({ workers: 1, memoryLimitBytes: 8 << 20 });
        const calls = async () => (await pool.run('calls', {}, new ArrayBuffer(1)))[0];
        const fresh = [await calls()];
        const ends = [['panic', { start: 0 }], ['trap', {}], ['overflow', {}], ['exhaust', {}]];
        for (let round = 0; round < 5; round += 1) {
          for (const [kernel, params] of ends) {
            await pool.run(kernel, params, new ArrayBuffer(8)).catch(() => {});
            fresh.push(await calls());
          }
          await pool.run('grow', { mebibytes: 16 }, new ArrayBuffer(9000));
          fresh.push(await calls());
        }
        return fresh;",
    );
    assert_eq!(fresh, [1; 26], "each call was the first of its instance");
    let lines = page.lines();
    let compiled = lines.iter().filter(|line| line.text.starts_with("compiled by"));
    let (workers, own): (Vec<_>, Vec<_>) = compiled.partition(|line| page.is_worker(&line.session));
    println!(
        "25 instances replaced; compiled by the page: {}, by workers: {}",
        own.len(),
        workers.len()
    );
    assert_eq!((own.len(), workers.len()), (2, 0), "the pool's module and the kernels");
    let fetched = page.fetched().into_iter().filter(|it| it.url.ends_with(".wasm")).count();
    let hits = ["/unjank/core.wasm", "/pkg/kernels.wasm"].map(|path| site.hits(path));
    assert_eq!((fetched, hits), (2, [1, 1]));
}
