//! The package `unjank`: the same files for every app.

use std::{
    fs,
    path::{Path, PathBuf},
};

use unjank_cli::{
    compress,
    files::{at, copy_file, copy_folder, remove, replace},
    optimise::{self, Aim},
    profile::Profile,
    progress::Progress,
    toolchain::{self, WASM_TARGET},
};

use super::PackageError;
use crate::{
    join::{self, Form},
    tools::Tools,
    workspace::Workspace,
};

/// The cargo package of what decides in the pool.
pub(super) const CORE: &str = "unjank-pool-module";

/// The name of its library.
const CORE_LIBRARY: &str = "core";

/// Relative to the workspace: the face and its texts, the worker's side, and the types of that.
const FACE: &str = "pool/js";
const WORKER: &str = "worker/js";
const WORKER_TYPES: &str = "worker/types";

/// What is loaded when it is wanted, below [`FACE`] as below the package.
const LATER: &str = "later";

/// What stands in for a page and its workers where there is none, below both alike: it is as it is written.
const NODE: &str = "node";

/// What workers load when they share the work on a buffer, or keep data. No app imports them.
const TALKS: [&str; 2] = ["resident.js", "spread.js"];

/// Builds the package into `<target>/npm/unjank`, and says where it is.
///
/// # Errors
/// [`PackageError`]; an earlier one is then as it was.
pub fn package_pool(workspace: &Workspace) -> Result<PathBuf, PackageError> {
    let (profile, out) = (Profile::Release, workspace.npm());
    let mut progress = Progress::new(4);
    progress.quiet(&format!("checking for {WASM_TARGET}"), || {
        toolchain::ensure(WASM_TARGET).map_err(PackageError::Target)
    })?;
    progress
        .shown("building the core for wasm32", || super::compile(workspace, profile, &[CORE]))?;
    let staged = compress::with_ending(&out, "partial");
    remove(&staged)?;
    let core = progress.quiet("joining the scripts", || {
        write_scripts(workspace, &staged)?;
        write_core(workspace, profile, &staged)
    })?;
    let wasm_opt = Tools::install(workspace).and_then(|tools| tools.program(optimise::PROGRAM));
    let optimised = progress.quiet("optimising the core", || {
        at(&core, optimise::optimise(&core, Aim::Size, profile, wasm_opt))
    })?;
    eprintln!("      {optimised}");
    replace(&staged, &out)?;
    Ok(out)
}

/// Puts all of the package into `folder` but what is compiled.
pub(super) fn write_scripts(workspace: &Workspace, folder: &Path) -> Result<(), PackageError> {
    let root = workspace.root();
    at(folder, fs::create_dir_all(folder.join(LATER)))?;
    let face = root.join(FACE);
    for name in ["index.js"].into_iter().chain(TALKS) {
        write_joined(&face, name, Form::Module, &folder.join(name))?;
    }
    for name in later(&face.join(LATER))? {
        write_joined(&face.join(LATER), &name, Form::Module, &folder.join(LATER).join(&name))?;
    }
    copy_folder(&face.join(NODE), &folder.join(NODE), &["js"])?;
    let worker = root.join(WORKER);
    let forms = [("alone", Form::Module), ("shell", Form::Module), ("worker", Form::Script)];
    for (name, form) in forms {
        let script = format!("{name}.js");
        write_joined(&worker, &script, form, &folder.join(&script))?;
        let types = format!("{name}.d.ts");
        copy_file(&root.join(WORKER_TYPES).join(&types), &folder.join(&types))?;
    }
    copy_file(&face.join("types.d.ts"), &folder.join("index.d.ts"))?;
    for name in ["core.wasm.d.ts", "package.json", "README.md"] {
        copy_file(&face.join(name), &folder.join(name))?;
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy_file(&root.join(name), &folder.join(name))?;
    }
    Ok(())
}

/// Puts the compiled part into `folder`; returns where it is.
pub(super) fn write_core(
    workspace: &Workspace,
    profile: Profile,
    folder: &Path,
) -> Result<PathBuf, PackageError> {
    let compiled = super::compiled(workspace, profile, CORE, CORE_LIBRARY)?;
    let core = folder.join("core.wasm");
    at(&core, fs::write(&core, super::told(&compiled)?))?;
    Ok(core)
}

fn write_joined(from: &Path, name: &str, form: Form, to: &Path) -> Result<(), PackageError> {
    let joined = join::join(from, name, form).map_err(PackageError::Join)?;
    Ok(at(to, fs::write(to, joined))?)
}

/// The scripts that are loaded when they are wanted, in order.
fn later(folder: &Path) -> Result<Vec<String>, PackageError> {
    let mut names = Vec::new();
    for entry in at(folder, fs::read_dir(folder))? {
        let name = at(folder, entry)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".js") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
