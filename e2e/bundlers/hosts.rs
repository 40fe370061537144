//! The apps of frameworks that render their pages without a browser: a component has a pool for as long as it is shown.

use std::{fs, path::Path};

use serde_json::json;
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
};

use crate::{
    OUTCOME, Row,
    app::{App, NEXT, SVELTEKIT},
    examples,
    node_server::{self, NodeServer},
    once, show,
};

/// Where npm puts the program of Next.js.
const NEXT_PROGRAM: &str = "node_modules/next/dist/bin/next";

/// `settled(old)` is what the page says that is not `old`, once it has started; `follow` goes where a link leads, in the
/// same document.
const SETTLED: &str = "
    const said = () => document.querySelector('#said')?.textContent;
    const settled = (old) => new Promise((resolve) => {
        const look = () => {
            if ([undefined, 'starting', old].includes(said())) return;
            observer.disconnect();
            resolve(said());
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { childList: true, characterData: true, subtree: true });
        look();
    });
    const follow = (name) => {
        const old = said();
        [...document.links].find(({ textContent }) => textContent === name).click();
        return settled(old);
    };";

/// A pool that a component forgot would end by itself, with the garbage, and its workers for being idle. Here it is kept,
/// and no timer fires that is as long as that.
const KEPT: &str = "
    const { register } = FinalizationRegistry.prototype;
    const kept = [];
    FinalizationRegistry.prototype.register = function (pool, ...rest) {
        kept.push(pool);
        return register.call(this, pool, ...rest);
    };
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (call, delay, ...rest) =>
        setTimeout(delay > 15_000 ? () => {} : call, delay, ...rest);";

/// Whether a script runs that the host has not written.
const RUNS: &str = "
    const script = document.createElement('script');
    script.textContent = 'globalThis.runs = true;';
    document.body.append(script);
    return globalThis.runs === true;";

#[test]
fn a_component_of_next_has_one_pool_while_it_is_shown() {
    let app = examples().join(NEXT.name);
    let served = |how| NodeServer::start(&app, &[NEXT_PROGRAM, how, "--hostname=127.0.0.1"]);
    show(&[
        look_at("next", &NEXT, served("start").url(), 1),
        // In development React mounts it, unmounts it at once, and mounts it again.
        look_at("next dev", &NEXT, served("dev").url(), 2),
    ]);
}

#[test]
fn a_component_of_sveltekit_has_one_pool_while_it_is_shown() {
    let app = examples().join(SVELTEKIT.name);
    let files = files_of(&app.join(SVELTEKIT.output));
    let node = NodeServer::start(&app, &["build/node/index.js"]);
    let dev = NodeServer::start(&app, &node_server::VITE);
    show(&[
        look_at("sveltekit", &SVELTEKIT, &files.url("/"), 1),
        look_at("sveltekit on node", &SVELTEKIT, node.url(), 1),
        look_at("sveltekit dev", &SVELTEKIT, dev.url(), 1),
    ]);
}

/// Prerendered pages, by a server that sends the policy that they are made for: their workers are under it, too.
fn files_of(folder: &Path) -> Site {
    let page = fs::read_to_string(folder.join("index.html")).expect("a page that was prerendered");
    let policy = page.split_once("http-equiv=\"content-security-policy\" content=\"");
    let policy = policy.and_then(|(_, rest)| rest.split_once('"')).expect("it has a policy").0;
    assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-"), "{policy}");
    Site::with_headers(folder, &[("Content-Security-Policy", policy)])
}

/// Of all `pools` that are opened when the page is shown, one is left.
fn look_at(name: &str, app: &App, url: &str, pools: usize) -> Row {
    let browser = Browser::start();
    browser.count_workers();
    let page = browser.open("about:blank", Watch::Workers);
    let keep = format!("(() => {{ {KEPT} }})();");
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": keep }));
    page.visit(url);
    let outcome = told(&page, "return settled();");
    assert_eq!(outcome, OUTCOME, "{name}");
    browser.wait_for_workers(2);
    once::assert_fetched_and_compiled(name, &page, 1 + pools);
    assert_eq!(told(&page, "return follow('About');"), "there is no pool here", "{name}");
    browser.wait_for_workers(0);
    assert_eq!(told(&page, "return follow('Picture');"), OUTCOME, "{name}");
    browser.wait_for_workers(2);
    assert_eq!(page.complaints(), [], "{name}");
    assert!(!page.run::<bool>(RUNS), "{name}: its policy lets a stranger's script run");
    without_kernels(name, &page, url);
    Row { app: name.into(), version: app.version(&examples()), outcome, size: None }
}

/// Who sees the page is told what is missing.
fn without_kernels(name: &str, page: &Page<'_>, url: &str) {
    page.call("Network.setBlockedURLs", json!({ "urls": ["*kernels*"] }));
    page.visit(url);
    let said = told(page, "return settled();");
    assert!(said.starts_with("kernels_unavailable: "), "{name}: {said}");
}

fn told(page: &Page<'_>, body: &str) -> String {
    page.run(&format!("{SETTLED}{body}"))
}
