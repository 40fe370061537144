//! The app in Rust, built as `examples/README.md` says, and opened.
//!
//! ```text
//!  <target>/example-rust/         cargo's output
//!  <target>/example-rust/site/    the page, and in pkg: the app, the kernels, the pool's worker
//! ```

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::{
    command::cargo,
    files::remove,
    toolchain::{WASM_TARGET, built_module, wasm_cargo},
};

use super::{Failure, at, bundlers::copy_files, glue_app, run_in, sites};
use crate::workspace::Workspace;

/// Relative to the workspace: two packages in a workspace of their own.
const FOLDER: &str = "examples/rust";

/// What the page computes. Compiled by itself it has the exports of a kernel module, which the app does
/// without.
const KERNELS: &str = "example-kernels";

/// What runs on the page.
const APP: &str = "example-app";

/// Where the page expects the glue, the kernels and the worker.
const PKG: &str = "pkg";

/// The end-to-end test that opens the app.
const TEST: &str = "rust-example";

/// Lints both as they are compiled for the browser.
pub(super) fn lint(workspace: &Workspace) -> Result<(), Failure> {
    [KERNELS, APP].into_iter().try_for_each(|package| {
        let mut command = wasm_cargo();
        command.args(["clippy", "--target", WASM_TARGET, "--lib", "--package", package]);
        run_in(workspace, placed(&mut command, workspace).args(["--", "-Dwarnings"]))
    })
}

/// Tests the kernels, builds the app and opens it. `site` has the package `unjank`.
pub(super) fn test(workspace: &Workspace, site: &Path) -> Result<(), Failure> {
    let mut kernels = cargo();
    kernels.args(["test", "--package", KERNELS]);
    run_in(workspace, placed(&mut kernels, workspace))?;
    let built = build(workspace, &site.join("unjank/worker.js"))?;
    let mut command = sites::end_to_end();
    command.args(["--test", TEST, "--", "--nocapture"]);
    run_in(workspace, command.env("UNJANK_RUST_EXAMPLE", built))
}

/// Returns the folder that can be served.
fn build(workspace: &Workspace, worker: &Path) -> Result<PathBuf, Failure> {
    let site = output(workspace).join("site");
    remove(&site)?;
    copy_files(&workspace.root().join(FOLDER).join("www"), &site)?;
    let pkg = site.join(PKG);
    let app = compile(workspace, APP)?;
    glue_app(&app, &pkg)?;
    let kernels = compile(workspace, KERNELS)?;
    for (from, name) in [(kernels.as_path(), "kernels.wasm"), (worker, "worker.js")] {
        at(from, fs::copy(from, pkg.join(name)))?;
    }
    Ok(site)
}

/// Each with the features of its own dependencies alone; returns the module.
fn compile(workspace: &Workspace, package: &str) -> Result<PathBuf, Failure> {
    let mut command = wasm_cargo();
    command.args(["build", "--release", "--target", WASM_TARGET, "--package", package]);
    run_in(workspace, placed(&mut command, workspace))?;
    Ok(built_module(&output(workspace), &package.replace('-', "_")))
}

/// Tells cargo where the packages are and where their output goes; they are left as they are locked.
fn placed<'c>(command: &'c mut Command, workspace: &Workspace) -> &'c mut Command {
    let manifest = workspace.root().join(FOLDER).join("Cargo.toml");
    command.arg("--locked").arg("--manifest-path").arg(manifest);
    command.arg("--target-dir").arg(output(workspace))
}

fn output(workspace: &Workspace) -> PathBuf {
    workspace.target().join("example-rust")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::suite::bundlers::{EXAMPLES, entries};

    /// Names and versions, as cargo writes them on lines of their own.
    fn locked(folder: &Path) -> BTreeSet<(String, String)> {
        let lock = fs::read_to_string(folder.join("Cargo.lock")).unwrap();
        let lines: Vec<_> = lock.lines().collect();
        let pairs = lines.windows(2).filter_map(|pair| {
            let name = pair[0].strip_prefix("name = ")?.to_owned();
            Some((name, pair[1].strip_prefix("version = ")?.to_owned()))
        });
        pairs.collect()
    }

    #[test]
    fn its_dependencies_are_those_of_the_workspace() {
        let workspace = Workspace::find().unwrap();
        let ours = locked(workspace.root());
        let mut others = locked(&workspace.root().join(FOLDER));
        others.retain(|package| !ours.contains(package));
        let names: Vec<_> = others.iter().map(|(name, _)| name.trim_matches('"')).collect();
        assert_eq!(names, [APP, KERNELS]);
    }

    /// Glue is read by no other version.
    #[test]
    fn its_readme_installs_the_wasm_bindgen_that_is_locked() {
        let workspace = Workspace::find().unwrap();
        let locked = locked(&workspace.root().join(FOLDER));
        let (_, version) = locked.iter().find(|(name, _)| name == "\"wasm-bindgen\"").unwrap();
        let readme = workspace.root().join(EXAMPLES).join("README.md");
        let command =
            format!("cargo install wasm-bindgen-cli --version {} ", version.trim_matches('"'));
        assert!(fs::read_to_string(readme).unwrap().contains(&command), "{command}");
    }

    #[test]
    fn every_other_example_is_a_package_of_npm() {
        let workspace = Workspace::find().unwrap();
        let mut folders = entries(&workspace.root().join(EXAMPLES)).unwrap();
        folders.retain(|path| path.is_dir() && !path.join("package.json").is_file());
        assert_eq!(folders, [workspace.root().join(FOLDER)]);
    }
}
