//! An app has two modules, and each is fetched and compiled once.

use unjank_e2e::page::Page;

/// Also sees that no worker compiles any.
pub(crate) fn assert_fetched_and_compiled_once(app: &str, page: &Page<'_>) {
    assert_fetched_and_compiled(app, page, 2);
}

/// So many modules in all: the pool's, and the kernels' for each pool that was opened.
pub(crate) fn assert_fetched_and_compiled(app: &str, page: &Page<'_>, modules: usize) {
    let mut fetched = page.fetched();
    fetched.retain(|request| request.url.contains(".wasm"));
    assert_eq!(fetched.len(), modules, "{app}: {fetched:?}");
    let lines = page.lines();
    let compiled = lines.iter().filter(|line| line.text.starts_with("compiled by"));
    let (workers, own): (Vec<_>, Vec<_>) = compiled.partition(|line| page.is_worker(&line.session));
    assert_eq!((own.len(), workers.len()), (modules, 0), "{app}: {own:?}, {workers:?}");
}
