//! `cargo xtask scaling`: what a step of the scheduler costs, and how fast many workers would be.

use unjank_cli::command::{self, CommandError, cargo};

use crate::workspace::Workspace;

/// How often steps are timed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A few rounds: seconds, and figures that jump.
    Quick,
    /// Enough rounds for figures that stand still on a quiet machine: about half a minute.
    #[default]
    Full,
}

/// Builds the measuring program and runs it. It prints tables, and writes `scaling.json` and
/// `scaling.html` into `<target>/bench`.
///
/// # Errors
/// [`CommandError`], when it can't be built or fails; it has said why then.
pub fn run(workspace: &Workspace, effort: Effort) -> Result<(), CommandError> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", "unjank-scaling", "--", "--out"]);
    command.arg(workspace.target().join("bench"));
    if effort == Effort::Quick {
        command.arg("--quick");
    }
    command::run(command.current_dir(workspace.root()))
}
