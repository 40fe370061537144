//! The apps of the folder `examples` that depend on the package, as each bundler makes them and as its dev
//! server serves them.

mod app;
mod cdn;
mod hosts;
mod node_server;
mod once;
mod size;

use std::{fs, path::PathBuf};

use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::{self, Site},
};

use crate::{
    app::{APPS, App, CDN, CONFINED, HOSTS, MOVABLE, VITE},
    node_server::NodeServer,
    size::Size,
};

/// What an app says that works.
const OUTCOME: &str = "65536 pixels are ff363636";

/// A line of the table.
struct Row {
    app: String,
    version: String,
    outcome: String,
    size: Option<Size>,
}

#[test]
fn the_pool_works_from_every_bundler() {
    let examples = examples();
    let mut rows = Vec::new();
    for app in APPS {
        let site = Site::of(&examples.join(app.name).join(app.output));
        let outcome = open(app.name, &site.url("/index.html"));
        let version = app.version(&examples);
        let size = Some(Size::of(&app, &examples));
        rows.push(Row { app: app.name.into(), version, outcome, size });
    }
    let server = NodeServer::start(&examples.join(VITE.name), &node_server::VITE);
    let outcome = open("vite dev", server.url());
    let version = VITE.version(&examples);
    rows.push(Row { app: "vite dev".into(), version, outcome, size: None });
    show(&rows);
}

#[test]
fn the_pool_works_from_a_folder_of_a_site() {
    let examples = examples();
    let (Some(root), Some(folder)) = (examples.parent(), examples.file_name()) else {
        panic!("{} is in no folder", examples.display());
    };
    let site = Site::of(root);
    for App { name, output, .. } in APPS.iter().filter(|app| MOVABLE.contains(&app.name)) {
        let path = format!("/{}/{name}/{output}/index.html", folder.display());
        open(&format!("{name} in a folder"), &site.url(&path));
    }
}

/// Every app that was made is opened somewhere here, or by the test `confined`.
#[test]
fn no_example_is_left_out() {
    let folders = fs::read_dir(examples()).expect("a folder of apps");
    let mut names: Vec<_> = folders.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    let apps = APPS.iter().chain([&CDN]).chain(&HOSTS).map(|app| app.name);
    let mut opened: Vec<_> = apps.chain(CONFINED).collect();
    opened.sort_unstable();
    assert_eq!(names, opened);
}

/// Opens an app and gives what it says, after a look at what it and its workers did.
fn open(app: &str, url: &str) -> String {
    look_at(app, &Browser::start().open(url, Watch::Workers))
}

fn look_at(app: &str, page: &Page<'_>) -> String {
    let outcome: String = page.run("return outcome;");
    assert_eq!(outcome, OUTCOME, "{app}");
    assert_eq!(page.complaints(), [], "{app}");
    assert_ne!(page.workers(), [""; 0], "{app} has workers, and they are watched");
    once::assert_fetched_and_compiled_once(app, page);
    outcome
}

/// The apps, installed and built.
fn examples() -> PathBuf {
    site::made_by("bundlers", "UNJANK_BUNDLERS")
}

fn show(rows: &[Row]) {
    println!("| bundler           | version | js KiB (gzip) | wasm KiB (gzip) | outcome");
    println!("|-------------------|---------|---------------|-----------------|--------");
    for Row { app, version, outcome, size } in rows {
        let (js, wasm) = size.as_ref().map_or_else(
            || ("-".into(), "-".into()),
            |size| (size.scripts.to_string(), size.module.to_string()),
        );
        println!("| {app:17} | {version:7} | {js:>13} | {wasm:>15} | {outcome}");
    }
}
