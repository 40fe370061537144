//! What newcomers have not got: this repository's flags, and what cargo made for it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Failure, at};
use crate::workspace::Workspace;

/// Where cargo puts what it makes of the documents' crates and of the apps: it is the same but for the kernels.
pub(super) fn output(workspace: &Workspace) -> PathBuf {
    workspace.target().join("readme/target")
}

/// Lets cargo put what it makes below `home` into [`output`].
pub(super) fn settle(workspace: &Workspace, home: &Path) -> Result<(), Failure> {
    let settings = home.join(".cargo/config.toml");
    at(home, fs::create_dir_all(home.join(".cargo")))?;
    let output = output(workspace);
    at(&settings, fs::write(&settings, format!("[build]\ntarget-dir = {output:?}\n")))
}

/// The same command as a newcomer has it, below a folder that is [settled](settle): without this repository's flags, and
/// without the network, since the repository's lock file has named all that is needed.
pub(super) fn newcomer(mut command: Command) -> Command {
    command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", "");
    command.env_remove("CARGO_TARGET_DIR").env("CARGO_NET_OFFLINE", "true");
    command
}
