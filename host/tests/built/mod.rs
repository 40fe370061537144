//! Modules as they are built now: the tests build them, so none passes for want of a module.

use std::{env, path::PathBuf, process::Command};

/// What a page's modules are built for.
pub(crate) const BARE: &str = "wasm32-unknown-unknown";

/// Builds the kernel module of a package of this workspace.
///
/// # Panics
/// When it does not build, for instance because rustc lacks the target.
pub(crate) fn module(package: &str, target: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    // Its own folder: whoever runs this test may hold the lock of the usual one.
    let folder = root.join("target/modules");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(&root)
        .args(["build", "--quiet", "--release", "--target", target, "--package", package])
        .arg("--target-dir")
        .arg(&folder)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "{package} does not build for {target}");
    folder.join(target).join("release").join(package.replace('-', "_")).with_extension("wasm")
}
