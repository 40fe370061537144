//! cargo-deny: what the project depends on, under which licenses, from where, and with what known
//! holes. `deny.toml` states the rules.

use std::{
    env::consts::EXE_SUFFIX,
    error, fmt,
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::{
    command::{self, CommandError, cargo},
    programs,
};

use crate::workspace::Workspace;

/// Another version may know other rules; `deny.toml` names it too.
const VERSION: &str = "0.20.2";

/// The packages that stand alone, each with a lock file: the workspace, and what it leaves out.
const MANIFESTS: [&str; 6] = [
    "Cargo.toml",
    "fuzz/Cargo.toml",
    "bench/rust/gloo/Cargo.toml",
    "bench/rust/rayon/Cargo.toml",
    "bench/rust/wasmworker/Cargo.toml",
    "examples/rust/Cargo.toml",
];

/// Why the known holes could not be looked up, or that there are some.
#[derive(Debug)]
#[non_exhaustive]
pub enum AdvisoriesError {
    /// cargo-deny could not be installed, or it found a hole.
    Command(CommandError),
    /// The database of known holes could not be fetched.
    Unreachable(CommandError),
}

impl fmt::Display for AdvisoriesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(error) => error.fmt(f),
            Self::Unreachable(error) => write!(
                f,
                "nothing was checked: the advisory database can't be reached, run this where \
                 github.com can be ({error})"
            ),
        }
    }
}

impl error::Error for AdvisoriesError {}

/// Checks licenses, bans and sources: nothing is fetched but what the lock files name.
///
/// # Errors
/// [`CommandError`] when cargo-deny can't be installed or a dependency breaks a rule.
pub fn check_terms(workspace: &Workspace) -> Result<(), CommandError> {
    let program = ensure(workspace)?;
    for manifest in MANIFESTS {
        println!("{manifest}");
        command::run(check(workspace, &program, manifest).args(["licenses", "bans", "sources"]))?;
    }
    Ok(())
}

/// Fetches the database of known holes, and looks up every dependency in it.
///
/// # Errors
/// [`AdvisoriesError`], which tells a hole from a database that can't be reached.
pub fn check_advisories(workspace: &Workspace) -> Result<(), AdvisoriesError> {
    let program = ensure(workspace).map_err(AdvisoriesError::Command)?;
    let mut fetch = Command::new(&program);
    fetch.args(["fetch", "db"]).current_dir(workspace.root());
    command::capture(&mut fetch).map_err(AdvisoriesError::Unreachable)?;
    for manifest in MANIFESTS {
        println!("{manifest}");
        let mut command = check(workspace, &program, manifest);
        command::run(command.arg("advisories")).map_err(AdvisoriesError::Command)?;
    }
    Ok(())
}

/// The start of a check by the rules in `deny.toml`. Warnings stay silent: packages of which there
/// are two versions are drawn as a tree each.
fn check(workspace: &Workspace, program: &Path, manifest: &str) -> Command {
    let mut command = Command::new(program);
    command.args(["--locked", "--log-level", "error", "--manifest-path", manifest]);
    command.args(["--config", "deny.toml", "check", "--hide-inclusion-graph", "--show-stats"]);
    command.current_dir(workspace.root());
    command
}

/// The cargo-deny of that version: the one on PATH, or one that is installed into
/// `<target>/tools`, which leaves everything else of the user's as it is.
fn ensure(workspace: &Workspace) -> Result<PathBuf, CommandError> {
    let tools = workspace.target().join("tools");
    let own = tools.join("bin").join(format!("cargo-deny{EXE_SUFFIX}"));
    let on_path = programs::find_in(&programs::search_path(), &["cargo-deny"]);
    if let Some(program) = on_path.into_iter().chain([own.clone()]).find(|path| is_pinned(path)) {
        return Ok(program);
    }
    println!("installing cargo-deny {VERSION} into {}: minutes, once", tools.display());
    command::run(&mut install(&tools))?;
    Ok(own)
}

fn is_pinned(program: &Path) -> bool {
    command::capture(Command::new(program).arg("--version"))
        .is_ok_and(|said| said.split_whitespace().nth(1) == Some(VERSION))
}

/// Unoptimised and without debug info, which builds fastest; a check takes a second.
fn install(tools: &Path) -> Command {
    let mut command = cargo();
    command.args(["install", "cargo-deny", "--locked", "--quiet", "--debug", "--version"]);
    command.arg(format!("={VERSION}")).arg("--root").arg(tools);
    command.env("CARGO_TARGET_DIR", tools.join("build")).env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_rules_are_written_for_the_version_that_reads_them() {
        let workspace = Workspace::find().unwrap();
        let rules = fs::read_to_string(workspace.root().join("deny.toml")).unwrap();
        let first = rules.lines().next().unwrap();
        assert!(first.contains(&format!("cargo-deny {VERSION}:")), "{first}");
    }

    /// A lock file is where a workspace ends.
    #[test]
    fn every_lock_file_is_checked() {
        let workspace = Workspace::find().unwrap();
        let root = workspace.root();
        let outside = ["bench/rust", "examples"].map(|folder| root.join(folder));
        let inside =
            |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let outside = outside.iter().flat_map(|folder| inside(folder));
        let folders = inside(root).chain(outside).chain([root.to_path_buf()]);
        let locked = folders.filter(|path| path.join("Cargo.lock").exists());
        let checked = MANIFESTS.map(|manifest| root.join(manifest));
        for folder in locked {
            assert!(checked.contains(&folder.join("Cargo.toml")), "{}", folder.display());
        }
    }

    #[test]
    fn a_program_of_another_version_will_not_do() {
        assert!(!is_pinned(Path::new("no-such-program-anywhere")));
        assert!(!is_pinned(Path::new("cargo")));
    }

    #[test]
    fn an_unreachable_database_is_not_a_clean_bill() {
        let error = command::run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        let told = AdvisoriesError::Unreachable(error).to_string();
        assert!(told.starts_with("nothing was checked"), "{told}");
    }
}
