//! The wasm32 targets of the Rust toolchain.

use std::{
    error, fmt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::command::{self, CommandError, cargo};

/// The target that browsers run.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The one with clocks, random bytes and output from WASI: kernel modules may be built for it too.
pub const WASI_TARGET: &str = "wasm32-wasip1";

/// Where cargo puts the module of a library that it builds for [`WASM_TARGET`] in the release profile.
pub fn built_module(output: &Path, library: &str) -> PathBuf {
    output.join(WASM_TARGET).join("release").join(format!("{library}.wasm"))
}

/// Why a target is not there.
#[derive(Debug)]
#[non_exhaustive]
pub enum TargetError {
    /// `rustup` can't be run.
    NoRustup {
        /// The target that is missing.
        target: &'static str,
    },
    /// `rustup target add` or `rustc` failed.
    Command(CommandError),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRustup { target } => write!(
                f,
                "the Rust target {target} is missing and so is rustup: install Rust with \
                 rustup, or add the target with the tool that installed Rust"
            ),
            Self::Command(error) => error.fmt(f),
        }
    }
}

impl error::Error for TargetError {}

/// Adds a target unless it is there.
///
/// The standard library's folder is looked at rather than rustup's list, so that a toolchain from
/// elsewhere that has the target will do.
///
/// # Errors
/// [`TargetError`] when the target is missing and rustup is missing or fails.
pub fn ensure(target: &'static str) -> Result<(), TargetError> {
    if has(target).map_err(TargetError::Command)? {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    match command::capture(rustup.args(["target", "add", target])) {
        Ok(_) => Ok(()),
        Err(CommandError::NotStarted { .. }) => Err(TargetError::NoRustup { target }),
        Err(error @ CommandError::Failed { .. }) => Err(TargetError::Command(error)),
    }
}

/// A cargo command for the wasm32 target.
///
/// `RUSTFLAGS` would replace the flags that .cargo/config.toml gives this target, SIMD among them,
/// so it is set aside.
#[must_use]
pub fn wasm_cargo() -> Command {
    let mut command = cargo();
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

fn has(target: &str) -> Result<bool, CommandError> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = command::capture(Command::new(rustc).args([
        "--print",
        "target-libdir",
        "--target",
        target,
    ]))?;
    Ok(Path::new(folder.trim()).is_dir())
}
