//! `cargo xtask filters`: what a filter costs a worker, without a pool around it.

use std::{error::Error, process::Command};

use crate::{
    command,
    package::{self, FILTERS, Profile},
    workspace::Workspace,
};

/// Builds the filters as they are for browsers and measures them in Node.js, whose engine is
/// Chromium's.
///
/// # Errors
/// They can't be built, or there is no Node.js.
pub fn run(workspace: &Workspace) -> Result<(), Box<dyn Error>> {
    let folder = workspace.target().join("filters");
    package::package(workspace, &FILTERS, Profile::Release, &folder)?;
    command::run(Command::new("node").arg(folder.join("main.js")))?;
    Ok(())
}
