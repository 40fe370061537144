//! What the page needs: two modules, and little memory however large the photo.

use unjank_e2e::{browser::Browser, page::Watch, site::Site};

use crate::{LARGE, MEDIUM, load, open, run};

const MIB: f64 = (1 << 20) as f64;

#[test]
fn memory_stays_small_however_large_the_photo() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    for filter in ["gaussian_blur', params: { sigma: 5 }", "median'", "sobel'"] {
        run(&page, &format!("{{ filter: '{filter}, workers: 2 }}"));
    }
    let workers: Vec<f64> =
        page.run("return unjankDemo.stats().workers.map((worker) => worker.peakMemoryBytes);");
    let own: f64 = page.run("return unjankDemo.wasmMemoryBytes();");
    let shown: Vec<String> = workers.iter().map(|peak| format!("{:.2} MiB", peak / MIB)).collect();
    println!("peak of each worker: {}; the page itself: {:.2} MiB", shown.join(", "), own / MIB);
    assert_eq!(workers.len(), 2);
    assert!(workers.iter().all(|&peak| peak > 0.0 && peak < 16.0 * MIB));
    assert!(own > 0.0 && own < 4.0 * MIB);
}

#[test]
fn each_module_is_fetched_once_and_compiled_once() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Workers);
    load(&page, MEDIUM);
    run(&page, "{ filter: 'grayscale', workers: 2 }");
    run(&page, "{ filter: 'gaussian_blur', params: { sigma: 2 }, workers: 2 }");
    let scripts = page.workers();
    let pools = scripts.iter().filter(|script| script.ends_with("/unjank/worker.js")).count();
    println!("{} workers, {pools} of them the pool's", scripts.len());
    assert!(pools >= 2, "the pool's workers are watched: {scripts:?}");

    let wasm = |url: &str| url.ends_with(".wasm");
    let fetched: Vec<_> = page.fetched().into_iter().filter(|it| wasm(&it.url)).collect();
    assert_eq!(fetched.len(), 2, "{fetched:?}");
    assert_eq!(site.hits("/unjank/core.wasm"), 1);
    assert_eq!(site.hits("/pkg/kernels.wasm"), 1);

    let lines = page.lines();
    let compiled = lines.iter().filter(|line| line.text.starts_with("compiled by"));
    let (workers, own): (Vec<_>, Vec<_>) = compiled.partition(|line| page.is_worker(&line.session));
    println!("compiled by the page: {own:?}; by workers: {workers:?}");
    assert_eq!((own.len(), workers.len()), (2, 0));
    let saw_workers = lines.iter().any(|line| page.is_worker(&line.session))
        || page.fetched().iter().any(|it| page.is_worker(&it.session));
    assert!(saw_workers, "what workers do is seen at all");
}
