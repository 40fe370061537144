//! The examples: the package in the hands of each bundler and host, and the app in Rust.
//!
//! ```text
//!  <target>/bundlers/examples/<app>/    an app of the folder `examples`, installed and built
//!  <target>/bundlers/target/            the packages that it depends on: npm/unjank, site/pkg
//! ```
//!
//! That is how they lie to each other in the sources, so that the apps' lock files hold here too.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use unjank_cli::{command, files::copy_folder};

use super::{Failure, Step, at, made, run_in, rust_example, sites, write};
use crate::{
    browser::Engine,
    node::Node,
    tools::{Tools, TypeScript},
    workspace::Workspace,
};

/// Relative to the workspace: a folder for each app.
pub(super) const EXAMPLES: &str = "examples";

/// Folders of an app that have sources in them; what somebody installed or built there is in others.
const SOURCES: [&str; 2] = ["app", "src"];

/// The end-to-end test that opens the apps.
const TEST: &str = "bundlers";

/// The one that opens those for hosts that confine their pages, in every engine.
const CONFINED: &str = "confined";

/// Builds and opens each app, in Chromium, and those for hosts that confine their pages in every engine; those of bundlers
/// are installed before.
pub(super) fn test(workspace: &Workspace, engines: &[Engine]) -> Result<(), Failure> {
    if !engines.contains(&Engine::Chromium) {
        println!("left out without chromium: only there it is seen who compiles the module");
        return Ok(());
    }
    let site = sites::expect_site(workspace.site(), Step::Build)?;
    rust_example::test(workspace, &site)?;
    let Some(node) = Node::find() else {
        println!("skipped: install Node.js with npm to test the package with bundlers");
        return Ok(());
    };
    let stage = workspace.target().join("bundlers");
    let apps = lay_out(&workspace.root().join(EXAMPLES), &site, &stage)?;
    for app in &apps {
        command::run(&mut node.install(app)).map_err(Failure::Command)?;
        command::run(&mut node.build(app)).map_err(Failure::Command)?;
    }
    check_types(workspace, &node, &stage)?;
    let mut command = sites::end_to_end();
    command.args(["--test", TEST, "--test", CONFINED, "--", "--nocapture"]);
    command.env("UNJANK_BROWSERS", sites::names(engines));
    run_in(workspace, command.env("UNJANK_BUNDLERS", stage.join(EXAMPLES)))?;
    made::test(workspace, &node)
}

/// Makes `stage` from nothing; returns the apps in it.
fn lay_out(examples: &Path, site: &Path, stage: &Path) -> Result<Vec<PathBuf>, Failure> {
    let gone = fs::remove_dir_all(stage);
    at(stage, gone.or_else(|error| if stage.exists() { Err(error) } else { Ok(()) }))?;
    for (built, place) in [("unjank", "target/npm/unjank"), ("pkg", "target/site/pkg")] {
        copy_folder(&site.join(built), &stage.join(place), &[])?;
    }
    let apps = apps_of(examples)?;
    let place = |app: &PathBuf| Some(stage.join(EXAMPLES).join(app.file_name()?));
    let staged: Vec<PathBuf> = apps.iter().filter_map(place).collect();
    apps.iter().zip(&staged).try_for_each(|(app, staged)| copy_app(app, staged))?;
    Ok(staged)
}

fn copy_app(app: &Path, staged: &Path) -> Result<(), Failure> {
    copy_files(app, staged)?;
    let folders = SOURCES.into_iter().filter(|folder| app.join(folder).is_dir());
    for folder in folders {
        copy_folder(&app.join(folder), &staged.join(folder), &[])?;
    }
    Ok(())
}

/// The folders of `examples` that are packages, in order.
fn apps_of(examples: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut apps = at(examples, entries(examples))?;
    apps.retain(|path| path.join("package.json").is_file());
    apps.sort();
    Ok(apps)
}

/// Copies the files right in a folder: what somebody installed or built there is in folders.
pub(super) fn copy_files(from: &Path, to: &Path) -> Result<(), Failure> {
    at(to, fs::create_dir_all(to))?;
    let files = at(from, entries(from))?.into_iter().filter(|path| path.is_file());
    for file in files {
        let name = file.file_name().unwrap_or_default();
        at(&file, fs::copy(&file, to.join(name)))?;
    }
    Ok(())
}

pub(super) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// Checks the apps as who depends on the package does: its types are found where npm puts them.
fn check_types(workspace: &Workspace, node: &Node, stage: &Path) -> Result<(), Failure> {
    let settings = stage.join("jsconfig.json");
    let folders = SOURCES.map(|folder| format!("*/{folder}/**/*.js"));
    let files = ["*/*.js"].into_iter().chain(folders.iter().map(String::as_str));
    let content = serde_json::json!({
        "extends": workspace.root().join("www/jsconfig.json"),
        // Some of the bundlers' own types need Node's.
        "compilerOptions": { "noEmit": true, "skipLibCheck": true, "jsx": "react-jsx" },
        "include": files.map(|files| stage.join(EXAMPLES).join(files)).collect::<Vec<_>>(),
        "exclude": [],
    });
    write(&settings, &content)?;
    let tools = Tools::install_checks(workspace, node).map_err(Failure::Tools)?;
    run_in(workspace, &mut node.type_checker(&tools.type_checker(TypeScript::Ours), &settings))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn locks() -> Vec<Value> {
        let workspace = Workspace::find().unwrap();
        let apps = apps_of(&workspace.root().join(EXAMPLES)).unwrap();
        let read = |app: &PathBuf| fs::read(app.join("package-lock.json")).unwrap();
        apps.iter().map(|app| serde_json::from_slice(&read(app)).unwrap()).collect()
    }

    #[test]
    fn lock_files_name_no_registry() {
        let mut packages = 0;
        for lock in locks() {
            for (path, package) in lock["packages"].as_object().unwrap() {
                let from = package["resolved"].as_str().unwrap_or("file:");
                assert!(from.starts_with("file:"), "{path} comes from {from}");
                packages += 1;
            }
        }
        assert!(packages > locks().len(), "some packages are locked");
    }

    #[test]
    fn what_is_depended_on_has_one_version() {
        for lock in locks() {
            let root = &lock["packages"][""];
            let named = ["dependencies", "devDependencies"].map(|kind| root[kind].as_object());
            for (name, version) in named.into_iter().flatten().flatten() {
                let version = version.as_str().unwrap();
                // The packages that are tested have none.
                if version.starts_with("file:../../target/") {
                    continue;
                }
                assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{name}");
            }
        }
    }
}
