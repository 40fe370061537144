//! Apps as newcomers make them: by the command `unjank`, built, tested and opened.
//!
//! ```text
//!  <target>/made/none/    the app without a bundler, and its site in dist
//!  <target>/made/vite/    the same with Vite, in TypeScript
//! ```

use std::{ffi::OsStr, path::Path, process::Command};

use unjank_cli::{
    command,
    files::{copy_file, remove},
};

use super::{
    Failure, command_program,
    newcomer::{newcomer, settle},
    npm, run_in, sites,
};
use crate::{node::Node, package, tools::Tools, workspace::Workspace};

/// What newcomers type behind `unjank new`, and in which folder that is.
const APPS: [(&str, &str); 2] = [("none", "new none"), ("vite", "new vite --app vite")];

/// Relative to the workspace: what npm installs for the app with Vite, which has not been locked by its user.
const LOCK: &str = "e2e/bundlers/made/package-lock.json";

/// The end-to-end test that opens the apps.
const TEST: &str = "made";

/// Makes each app, builds it and opens it in Chromium.
pub(super) fn test(workspace: &Workspace, node: &Node) -> Result<(), Failure> {
    package::package_pool(workspace).map_err(Failure::Package)?;
    let home = workspace.target().join("made");
    remove(&home)?;
    settle(workspace, &home)?;
    let unjank = command_program(workspace)?;
    for (name, line) in APPS {
        let app = home.join(name);
        run(&mut typed(&unjank, &home, line))?;
        copy_file(&workspace.root().join("Cargo.lock"), &app.join("Cargo.lock"))?;
        run(&mut typed(&unjank, &app, "build"))?;
    }
    run(&mut typed("cargo", &home.join("none"), "test --quiet --all-targets"))?;
    let vite = home.join("vite");
    copy_file(&workspace.root().join(LOCK), &vite.join("package-lock.json"))?;
    run(&mut node.install(&vite))?;
    run(&mut node.build(&vite))?;
    let tools = Tools::install_checks(workspace, node).map_err(Failure::Tools)?;
    run(npm::judge(&tools, "publint")?.arg("--strict").arg(vite.join("kernels/pkg")))?;
    let mut command = sites::end_to_end();
    command.args(["--test", TEST, "--", "--nocapture"]);
    run_in(workspace, command.env("UNJANK_MADE", home))
}

fn run(command: &mut Command) -> Result<(), Failure> {
    command::run(command).map_err(Failure::Command)
}

/// What a newcomer types in a folder.
fn typed(program: impl AsRef<OsStr>, folder: &Path, line: &str) -> Command {
    let mut command = Command::new(program);
    command.args(line.split(' ')).current_dir(folder);
    newcomer(command)
}
