//! Node.js and npm, for what needs them.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::programs;

/// Where npm's programs are, on a machine that has Node.js too.
#[derive(Debug)]
pub(crate) struct Node {
    node: PathBuf,
    npm: PathBuf,
}

impl Node {
    /// None when something is missing.
    pub(crate) fn find() -> Option<Self> {
        let path = programs::search_path();
        let find = |name| programs::find_in(&path, &[name]);
        Some(Self { node: find("node")?, npm: find("npm")? })
    }

    /// Checks types with a compiler as the file `settings` says.
    pub(crate) fn type_checker(&self, compiler: &Path, settings: &Path) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(compiler).args(["--pretty", "false", "--project"]).arg(settings);
        command
    }

    /// Packs the folder `package` as it would be published, into the folder `out`; says on stdout what is in
    /// it, as JSON.
    pub(crate) fn pack(&self, package: &Path, out: &Path) -> Command {
        let mut command = Command::new(&self.npm);
        command.args(["pack", "--json", "--ignore-scripts", "--loglevel=error"]);
        command.arg("--pack-destination").arg(out).current_dir(package);
        command
    }

    /// npm, which asks no registry.
    pub(crate) fn npm(&self) -> Command {
        let mut command = Command::new(&self.npm);
        let settings = [("offline", "true"), ("audit", "false"), ("fund", "false")];
        command.envs(settings.map(|(name, value)| (format!("npm_config_{name}"), value)));
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
        // Tests tell nobody of themselves.
        command.env("NEXT_TELEMETRY_DISABLED", "1");
        command
    }
}
