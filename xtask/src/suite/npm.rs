//! The package as npm ships it, judged by others.

use std::{path::Path, process::Command};

use super::{Failure, declarations, run_in};
use crate::{contents::Packed, node::Node, package, tools::Tools, workspace::Workspace};

/// Judges of packages, and what they are told: every finding counts, and that there are only ES modules
/// is meant.
const JUDGES: [(&str, &[&str]); 2] =
    [("publint", &["--strict"]), ("attw", &["--profile=esm-only", "--no-color", "--no-emoji"])];

/// Packs the pool's package and looks at what is in it.
pub(super) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let Some(node) = Node::find() else {
        println!("skipped: install Node.js with npm to check the package");
        return Ok(());
    };
    let tools = Tools::install_checks(workspace, &node).map_err(Failure::Tools)?;
    package::package_pool(workspace).map_err(Failure::Package)?;
    let packed = Packed::of(workspace, &node).map_err(Failure::Contents)?;
    packed.expect_listed(workspace).map_err(Failure::Contents)?;
    for (name, arguments) in JUDGES {
        let mut judge = judge(&tools, name)?;
        run_in(workspace, judge.args(arguments).arg(&packed.archive))?;
    }
    declarations::check(workspace, &node, &tools)
}

/// One that is not there is missed in the list of checks.
pub(super) fn judge(tools: &Tools, name: &str) -> Result<Command, Failure> {
    let missing = || Failure::Missing {
        path: Path::new("xtask/checks").join(name),
        remedy: "name it in package.json and in its lock file",
    };
    tools.program(name).map(Command::new).ok_or_else(missing)
}
