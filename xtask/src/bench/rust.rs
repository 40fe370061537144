//! Peers in Rust: crates outside the workspace, each with a lock file and glue of its own.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::{
    command::{self, CommandError},
    compress,
    files::at,
    profile::Profile,
    toolchain::{WASM_TARGET, built_module, wasm_cargo},
};

use super::{Absent, BenchError};
use crate::{glue, workspace::Workspace};

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
    Stable,
    /// With the sources of the standard library, which is built for threads.
    Nightly,
}

const SIMD: &str = "-Ctarget-feature=+simd128";

/// Shared memory, and what its threads need of the module.
const THREADS: &str = "-Ctarget-feature=+atomics,+bulk-memory,+simd128 \
    -Clink-arg=--shared-memory -Clink-arg=--import-memory -Clink-arg=--max-memory=2147483648 \
    -Clink-arg=--export=__wasm_init_tls -Clink-arg=--export=__tls_size \
    -Clink-arg=--export=__tls_align -Clink-arg=--export=__tls_base -Clink-arg=--export=__heap_base";

const ALL: [Peer; 3] = [
    Peer {
        name: "gloo",
        library: "unjank_bench_gloo",
        toolchain: Toolchain::Stable,
        flags: SIMD,
        arguments: &[],
    },
    Peer {
        name: "wasmworker",
        library: "unjank_bench_wasmworker",
        toolchain: Toolchain::Stable,
        flags: SIMD,
        arguments: &[],
    },
    Peer {
        name: "rayon",
        library: "unjank_bench_rayon",
        toolchain: Toolchain::Nightly,
        flags: THREADS,
        arguments: &["-Zbuild-std=std,panic_abort"],
    },
];

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
                let folder = rust.join(peer.name);
                glue::generate(&module, peer.name, Profile::Release, &folder)
                    .map_err(BenchError::Glue)?;
                at(&folder, compress::precompress(&folder, Profile::Release))?;
            }
            Err(error) => {
                println!("{error}");
                absent.insert(peer.name.to_owned(), "could not be built on this machine".into());
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
            .args(["build", "--release", "--target", WASM_TARGET])
            .args(self.arguments)
            .arg("--target-dir")
            .arg(&out)
            .env("RUSTFLAGS", self.flags)
            .current_dir(workspace.root().join("bench/rust").join(self.name));
        command::run(&mut command)?;
        Ok(built_module(&out, self.library))
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
