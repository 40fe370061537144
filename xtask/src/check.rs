//! `cargo xtask check`: says what a kernel module is, or what is wrong with it.

use std::path::Path;

use unjank_cli::command::{self, CommandError, cargo};

use crate::workspace::Workspace;

/// Runs `unjank-check`, which is a program of its own so that nothing else here waits for the
/// compiler of modules to be compiled.
///
/// # Errors
/// [`CommandError`], when the module breaks a rule among others; it has been told how by then.
pub fn run(workspace: &Workspace, file: &Path, json: bool) -> Result<(), CommandError> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "unjank-host", "--bin", "unjank-check"]);
    command.arg("--manifest-path").arg(workspace.root().join("Cargo.toml"));
    command.arg("--").arg(file);
    if json {
        command.arg("--json");
    }
    command::run(&mut command)
}
