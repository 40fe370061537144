//! Apps of the folder `examples` for hosts that confine their pages, in each engine that has the host.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use unjank_e2e::{
    engines,
    site::{self, Site},
    webdriver::{Session, Settings, Window},
};
use xtask::browser::Engine;

/// What an app says that works.
const OUTCOME: &str = "65536 pixels are ff363636";

/// What an attempt comes to that should fail.
const TOLD: &str = "
    const told = (attempt) => attempt.then(() => 'it went well', ({ code, message }) => `${code}: ${message}`);";

/// Bytes of a picture that several workers would share.
const LARGE: &str = "const large = () => new Uint8Array(2 ** 23).fill(9);";

/// One classic script with all of it in it.
#[test]
fn where_modules_cannot_be_one_script_will_do() {
    let (single, address) = (single(), on_disk(&single(), "index.html"));
    let site = Site::of(&single);
    for engine in engines::chosen() {
        println!("{}", engine.name());
        let mut settings = Settings::default();
        // geckodriver lets files be of one origin, and Firefox does not.
        settings
            .firefox_preferences
            .insert("security.fileuri.strict_origin_policy".into(), true.into());
        let session = Session::start_with(engine, &settings);
        a_service_worker_answers_by_a_kernel(&session.open(&site.url("/service.html")));
        a_script_has_workers_and_says_what_it_lacks(&session.open(&site.url("/index.html")));
        a_page_of_a_disk_computes_itself_and_says_why(&session.open(&address));
        let module = session.open(&on_disk(&examples("extension/dist"), "index.html"));
        assert_eq!(module.run::<String>("return typeof outcome;"), "undefined", "a module's");
    }
}

fn a_service_worker_answers_by_a_kernel(window: &Window<'_>) {
    assert_eq!(window.run::<String>("return outcome;"), OUTCOME);
    let length: usize = window.run(&format!(
        "{LARGE}
        const answer = await fetch('./grayscale', {{ method: 'POST', body: large() }});
        return (await answer.arrayBuffer()).byteLength;"
    ));
    assert_eq!(length, 1 << 23, "what several workers would share");
}

fn a_script_has_workers_and_says_what_it_lacks(window: &Window<'_>) {
    assert_eq!(window.run::<String>("return outcome;"), format!("{OUTCOME}, by workers"));
    let (lengths, told): ([usize; 2], String) = window.run(&format!(
        "{LARGE}{TOLD}
        const pool = await createPool({{ kernels, wasm, worker: './worker.js', workers: 2 }});
        const shared = await pool.run('grayscale', {{}}, large(), {{ stride: 4 }});
        const data = await pool.load(large(), {{ stride: 4 }});
        const kept = await data.run('grayscale', {{}});
        return [[shared.length, kept.length], await told(createPool({{ kernels, wasm }}))];"
    ));
    assert_eq!(lengths, [1 << 23; 2], "what workers share, and what they keep");
    assert_told(&told, "script_unavailable: no worker script", "check address");
}

fn a_page_of_a_disk_computes_itself_and_says_why(window: &Window<'_>) {
    let outcome: String = window.run("return outcome;");
    let [no_worker, no_kernels]: [String; 2] = window.run(&format!(
        "{TOLD}
        const worker = './worker.js';
        const lacking = [createPool({{ kernels, wasm, worker }}), createPool({{ kernels: './kernels.wasm', wasm }})];
        return Promise.all(lacking.map(told));"
    ));
    println!("a page of a disk: {outcome}\n  {no_worker}\n  {no_kernels}");
    assert_eq!(outcome, format!("{OUTCOME}, by the page"));
    assert_told(&no_worker, "script_unavailable: no worker script", "or allow `fallback`");
    assert_told(&no_kernels, "kernels_unavailable: ", "could not be fetched");
}

/// As in shells that give the pages of their disk an origin.
#[test]
fn a_page_of_a_disk_has_workers_where_that_is_an_origin() {
    if !engines::is_chosen(Engine::Chromium) {
        return;
    }
    let session = chromium_with("--allow-file-access-from-files".into());
    let window = session.open(&on_disk(&single(), "index.html"));
    let outcome: String = window.run("return outcome;");
    assert_eq!(outcome, format!("{OUTCOME}, by workers"));
}

#[test]
fn an_extensions_page_has_workers() {
    if !engines::is_chosen(Engine::Chromium) {
        return;
    }
    in_extension(&examples("extension/dist"), |window| {
        assert_eq!(window.run::<String>("return outcome;"), OUTCOME);
        let origin: String = window.run("return origin;");
        assert!(origin.starts_with("chrome-extension://"), "{origin}");
    });
}

/// The policy that a manifest has unless it says another.
#[test]
fn an_extension_that_does_not_allow_wasm_is_told_so() {
    if !engines::is_chosen(Engine::Chromium) {
        return;
    }
    let copy = TempDir::with_prefix("unjank-e2e-extension-").expect("a folder");
    let built = fs::read_dir(examples("extension/dist")).expect("an extension");
    for file in built.flatten() {
        fs::copy(file.path(), copy.path().join(file.file_name())).expect("a copy");
    }
    let manifest = copy.path().join("manifest.json");
    let mut content: Value =
        serde_json::from_slice(&fs::read(&manifest).expect("a manifest")).expect("JSON");
    let policy = content.as_object_mut().and_then(|keys| keys.remove("content_security_policy"));
    assert!(policy.is_some(), "the manifest has a policy");
    fs::write(&manifest, content.to_string()).expect("the copy is ours");
    in_extension(copy.path(), |window| {
        let told: String = window.run(&format!("{TOLD} return told(outcome);"));
        println!("an extension without a policy: {told}");
        assert_told(&told, "core_unavailable: ", "check the content security policy");
    });
}

/// Opens the page `index.html` of an extension that is loaded from its folder.
fn in_extension(folder: &Path, story: impl FnOnce(&Window<'_>)) {
    let folder = folder.canonicalize().expect("a folder");
    let session = chromium_with(format!("--load-extension={}", folder.display()));
    story(&session.open(&format!("chrome-extension://{}/index.html", name_of(&folder))));
}

/// What Chromium calls an extension without a key: the first half of its folder's digest, in letters from `a` to `p`.
fn name_of(folder: &Path) -> String {
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let halves = digest[..16].iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.map(|half| char::from(b'a' + half)).collect()
}

fn chromium_with(argument: String) -> Session {
    let mut settings = Settings::default();
    settings.chromium_arguments.push(argument);
    Session::start_with(Engine::Chromium, &settings)
}

#[track_caller]
fn assert_told(told: &str, begins: &str, says: &str) {
    assert!(told.starts_with(begins) && told.contains(says), "{told}");
}

fn on_disk(folder: &Path, page: &str) -> String {
    format!("file://{}", folder.join(page).display())
}

/// The app in one classic script, built.
fn single() -> PathBuf {
    examples("single/dist")
}

fn examples(path: &str) -> PathBuf {
    site::made_by("bundlers", "UNJANK_BUNDLERS").join(path)
}
