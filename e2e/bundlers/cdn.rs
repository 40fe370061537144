//! The app whose pool comes from another origin than its page, all but the script of its workers.

use std::fs;

use unjank_cli::serve::CONTENT_SECURITY_POLICY;
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
};

use crate::{app::CDN, examples, look_at};

/// The page's own origin by its other name: an origin of its own to browsers.
const OTHER: &str = "http://localhost:*";

/// Where the package is, on either origin.
const PACKAGE: &str = "/node_modules/unjank/";

/// `open` makes a pool of the other origin.
const OPEN: &str = "
    const { createPool } = await import(`http://localhost:${location.port}/node_modules/unjank/index.js`);
    const kernels = './node_modules/unjank-demo/kernels.wasm';
    const open = (worker) => createPool({ kernels, worker, workers: 2 });";

/// Has workers load what they load only when it is wanted. Gives how many bytes came back, and whether both ways to
/// compute them agree.
const PARTS: &str = "
    const picture = new Uint8Array(2 ** 24).fill(9);
    const spread = await pool.run('grayscale', {}, picture.slice(), { spread: true, stride: 1024 });
    const resident = await pool.load(picture, { stride: 1024 });
    const kept = await resident.run('grayscale', {});
    await pool.close();
    return [kept.length, spread.length, kept.every((value, at) => value === spread[at])].join();";
const ALIKE: &str = "16777216,16777216,true";

#[test]
fn only_the_workers_script_is_of_the_pages_origin() {
    opened("'self'", |page, own| {
        look_at(CDN.name, page);
        let worker = format!("{own}{PACKAGE}worker.js");
        assert_eq!(told(page, &format!("const pool = await open('{worker}'); {PARTS}")), ALIKE);
        let mut package: Vec<_> = page.fetched().into_iter().map(|request| request.url).collect();
        package.retain(|url| url.contains(PACKAGE));
        let (home, away): (Vec<_>, Vec<_>) =
            package.into_iter().partition(|url| url.starts_with(own));
        assert!(home.iter().all(|url| *url == worker), "{home:?}");
        for part in ["core.wasm", "spread.js", "resident.js"] {
            assert!(away.iter().any(|url| url.ends_with(part)), "{part}: {away:?}");
        }
        assert_eq!(page.complaints(), []);
    });
}

#[test]
fn the_workers_script_may_import_the_other_origins() {
    opened(&format!("'self' {OTHER}"), |page, own| {
        let other = own.replace("127.0.0.1", "localhost");
        let script = format!("import '{other}{PACKAGE}worker.js';\n");
        fs::write(examples().join(CDN.name).join("imports.js"), script).expect("the app is a copy");
        assert_eq!(told(page, &format!("const pool = await open('/imports.js'); {PARTS}")), ALIKE);
        assert_eq!(page.complaints(), []);
    });
}

#[test]
fn without_a_worker_of_the_pages_origin_it_says_why() {
    opened("'self'", |page, _| {
        let says =
            "return open().then(() => 'opened', ({ code, message }) => `${code}: ${message}`);";
        let said = told(page, says);
        assert!(said.starts_with("script_unavailable: "), "{said}");
        assert!(said.contains("cannot be accessed from origin 'http://127.0.0.1"), "{said}");
    });
}

/// Opens the app under a policy that lets it have scripts and data of the other origin. What workers are started by,
/// and what these scripts import, comes from `worker_src`.
fn opened(worker_src: &str, story: impl FnOnce(&Page<'_>, &str)) {
    let scripts = format!("script-src 'self' {OTHER}");
    let policy = CONTENT_SECURITY_POLICY.replace("script-src 'self'", &scripts);
    let policy = format!("{policy}; connect-src 'self' {OTHER}; worker-src {worker_src}");
    let headers = [("Content-Security-Policy", &*policy), ("Access-Control-Allow-Origin", "*")];
    let site = Site::with_headers(&examples().join(CDN.name), &headers);
    let browser = Browser::start();
    story(&browser.open(&site.url("/index.html"), Watch::Workers), &site.url(""));
}

fn told(page: &Page<'_>, body: &str) -> String {
    page.run(&format!("{OPEN}{body}"))
}
