//! `cargo xtask filters`: what a filter costs a worker, without a pool around it.

use std::{error::Error, process::Command};

use unjank_cli::{command, profile::Profile};

use crate::{
    package::{self, DEMO},
    workspace::Workspace,
};

/// Relative to the workspace: the program that measures.
const PROGRAM: &str = "bench/filters/main.js";

/// Builds the demo and measures its kernels in Node.js, whose engine is Chromium's.
///
/// # Errors
/// They can't be built, or there is no Node.js.
pub fn run(workspace: &Workspace) -> Result<(), Box<dyn Error>> {
    let folder = workspace.target().join("filters");
    package::package(workspace, &DEMO, Profile::Release, &folder)?;
    let module = folder.join("pkg").join(DEMO.kernels_file());
    command::run(Command::new("node").arg(workspace.root().join(PROGRAM)).arg(module))?;
    Ok(())
}
