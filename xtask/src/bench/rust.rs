//! Peers in Rust: crates outside the workspace, each with a lock file and glue of its own.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{Absent, BenchError};
use crate::{
    command::{self, CommandError},
    glue,
    package::Profile,
    toolchain::{WASM_TARGET, wasm_cargo},
    workspace::Workspace,
};

/// A crate that becomes `rust/<name>/<name>.js` in the site.
struct Peer {
    /// The contender, its folder below `bench/rust` and its glue.
    name: &'static str,
    /// The crate's cdylib, without its ending.
    library: &'static str,
    toolchain: Toolchain,
    /// For `RUSTFLAGS`, in the place of those of .cargo/config.toml.
    flags: &'static str,
    /// More arguments for `cargo build`.
    arguments: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Toolchain {
    /// The one that runs this program.
    #[allow(dead_code, reason = "peers are added one by one")]
    Stable,
    /// With the sources of the standard library, which is built for threads.
    #[allow(dead_code, reason = "peers are added one by one")]
    Nightly,
}

const ALL: [Peer; 0] = [];

/// Builds them into `rust`; says which are left out.
pub(super) fn build(workspace: &Workspace, rust: &Path) -> Result<Absent, BenchError> {
    let mut absent = Absent::new();
    for peer in &ALL {
        if let Some(why) = peer.toolchain.missing() {
            absent.insert(peer.name.to_owned(), why);
            continue;
        }
        match peer.compile(workspace) {
            Ok(module) => {
                glue::generate(&module, peer.name, Profile::Release, &rust.join(peer.name))
                    .map_err(BenchError::Glue)?;
            }
            Err(error) => {
                absent.insert(peer.name.to_owned(), error.to_string());
            }
        }
    }
    Ok(absent)
}

impl Peer {
    fn compile(&self, workspace: &Workspace) -> Result<PathBuf, CommandError> {
        let out = workspace.bench().join("rust").join(self.name);
        let mut command = self.toolchain.cargo();
        command
            .args(["build", "--release", "--locked", "--target", WASM_TARGET])
            .args(self.arguments)
            .arg("--target-dir")
            .arg(&out)
            .env("RUSTFLAGS", self.flags)
            .current_dir(workspace.root().join("bench/rust").join(self.name));
        command::run(&mut command)?;
        Ok(out.join(WASM_TARGET).join("release").join(format!("{}.wasm", self.library)))
    }
}

impl Toolchain {
    fn cargo(self) -> Command {
        match self {
            Self::Stable => wasm_cargo(),
            Self::Nightly => {
                let mut command = Command::new("rustup");
                command.args(["run", "nightly", "cargo"]);
                // Otherwise the toolchain that runs this program is the one of nested programs.
                command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        }
    }

    /// What to install.
    fn missing(self) -> Option<String> {
        if self == Self::Stable {
            return None;
        }
        let mut asked = Command::new("rustup");
        asked.args(["run", "nightly", "rustc", "--print", "sysroot"]);
        let sources = command::capture(&mut asked)
            .map(|root| Path::new(root.trim()).join("lib/rustlib/src/rust/library/Cargo.lock"));
        let is_there = sources.is_ok_and(|sources| sources.is_file());
        (!is_there).then(|| {
            "`rustup toolchain install nightly --component rust-src` to have it".to_owned()
        })
    }
}
