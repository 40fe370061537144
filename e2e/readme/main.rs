//! The app that the documents show, as `cargo xtask test --only readme` makes it.

use std::{fs, path::Path};

use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::{self, Site},
};

/// What lies beside the scripts and is none of them: what workers run.
const WORKERS: [&str; 2] = ["worker.js", "decode.js"];

/// Each script is a page of its own, and throws where something is not as the documents say.
#[test]
fn what_the_documents_show_does_what_they_say() {
    let app = site::made_by("readme", "UNJANK_README");
    let (site, browser) = (Site::of(&app), Browser::start());
    let scripts = scripts(&app);
    assert!(scripts.len() > 1, "{scripts:?} are some");
    for script in scripts {
        let page = browser.open(&site.url("/index.html"), Watch::Workers);
        run(&page, &script);
        assert_eq!(page.complaints(), [], "{script}");
        println!("{script}: as it is said");
    }
}

fn run(page: &Page<'_>, script: &str) {
    let ended: String = page.run(&format!("await import('./{script}'); return 'ended';"));
    assert_eq!(ended, "ended", "{script}");
}

fn scripts(app: &Path) -> Vec<String> {
    let entries = fs::read_dir(app).expect("a folder of scripts").flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".js") && !WORKERS.contains(&name.as_str()));
    names.sort();
    names
}
