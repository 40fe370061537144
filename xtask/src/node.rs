//! Node.js and npm, for what needs them.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::programs;

/// The type checker, pinned: a later one may find more.
const TYPESCRIPT: &str = "typescript@5.9.3";

/// Where npm's programs are, on a machine that has Node.js too.
#[derive(Debug)]
pub(crate) struct Node {
    node: PathBuf,
    npm: PathBuf,
    npx: PathBuf,
}

impl Node {
    /// None when something is missing.
    pub(crate) fn find() -> Option<Self> {
        let path = programs::search_path();
        let find = |name| programs::find_in(&path, &[name]);
        Some(Self { node: find("node")?, npm: find("npm")?, npx: find("npx")? })
    }

    /// Checks types as the file `settings` says.
    pub(crate) fn type_checker(&self, settings: &Path) -> Command {
        let mut command = Command::new(&self.npx);
        command.args(["--yes", "--package", TYPESCRIPT, "--", "tsc", "--project"]).arg(settings);
        command
    }

    /// Runs files of tests.
    pub(crate) fn test(&self, files: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.node);
        command.arg("--test").args(files);
        command
    }

    /// Installs what the lock file of the folder `app` names.
    pub(crate) fn install(&self, app: &Path) -> Command {
        let mut command = Command::new(&self.npm);
        command.args(["ci", "--include=dev", "--prefer-offline", "--no-audit", "--no-fund"]);
        command.arg("--loglevel=error").current_dir(app);
        command
    }

    /// Builds the folder `app`, if it says how.
    pub(crate) fn build(&self, app: &Path) -> Command {
        let mut command = Command::new(&self.npm);
        command.args(["run", "build", "--if-present", "--loglevel=error"]).current_dir(app);
        command
    }
}
