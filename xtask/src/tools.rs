//! Programs of npm. Their versions are pinned below `xtask`; they are installed into cargo's output
//! folder, once for each lock file.
//!
//! - `tools`: what builds are better with, wasm-opt and a bundler. They are not missed where there is
//!   no npm.
//! - `checks`: what judges the package and the types of the JavaScript. Only tests want them.
//! - `hosts`: what runs the package without a page, beside Node.js. Only tests want them.

use std::{
    error, fmt, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::{
    command::{self, CommandError},
    programs,
};

use crate::{node::Node, workspace::Workspace};

/// Below `xtask` as below cargo's output folder.
const BUILDS: &str = "tools";
const CHECKS: &str = "checks";
const HOSTS: &str = "hosts";

const LOCK: &str = "package-lock.json";
const FILES: [&str; 3] = ["package.json", ".npmrc", LOCK];

/// What npm writes once everything is installed.
const DONE: &str = "node_modules/.package-lock.json";

/// Why programs are not there.
#[derive(Debug)]
#[non_exhaustive]
pub enum ToolsError {
    /// A file that pins them cannot be copied.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// npm could not install them.
    Npm(CommandError),
}

impl fmt::Display for ToolsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => {
                write!(f, "{}: {error}: restore it from version control", path.display())
            }
            Self::Npm(error) => error.fmt(f),
        }
    }
}

impl error::Error for ToolsError {}

/// The folder of the installed programs.
#[derive(Debug)]
pub(crate) struct Tools {
    home: PathBuf,
}

impl Tools {
    /// Installs what builds are better with, unless it is there; `None` when there is no npm, or it has
    /// no way to get them.
    pub(crate) fn install(workspace: &Workspace) -> Option<Self> {
        Self::installed(workspace, &Node::find()?, BUILDS).ok()
    }

    /// Installs what judges the package, unless it is there.
    ///
    /// # Errors
    /// [`ToolsError`]: what has to be checked is not passed over.
    pub(crate) fn install_checks(workspace: &Workspace, node: &Node) -> Result<Self, ToolsError> {
        Self::installed(workspace, node, CHECKS)
    }

    /// Installs what runs the package where there is no page, unless it is there.
    ///
    /// # Errors
    /// [`ToolsError`]: what has to be tested is not passed over.
    pub(crate) fn install_hosts(workspace: &Workspace, node: &Node) -> Result<Self, ToolsError> {
        Self::installed(workspace, node, HOSTS)
    }

    fn installed(workspace: &Workspace, node: &Node, name: &str) -> Result<Self, ToolsError> {
        let sources = workspace.root().join("xtask").join(name);
        let home = workspace.target().join(name);
        if !home.join(DONE).is_file() || !same(&sources.join(LOCK), &home.join(LOCK)) {
            copy(&sources, &home)?;
            command::capture(&mut node.install(&home)).map_err(ToolsError::Npm)?;
        }
        Ok(Self { home })
    }

    /// Their folder, with a `package.json` and what it names.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Where the program of that name is, if it is installed.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        programs::find_in(&[self.home.join("node_modules/.bin")], &[name])
    }

    /// The bundler, from `PATH` if it is not installed here.
    pub(crate) fn bundler(&self) -> Command {
        Command::new(self.program("esbuild").unwrap_or_else(|| "esbuild".into()))
    }

    /// Where a TypeScript compiler of [`CHECKS`] is: there are some, so that none goes by the program's name.
    pub(crate) fn type_checker(&self, version: TypeScript) -> PathBuf {
        self.home.join("node_modules").join(version.package()).join("bin/tsc")
    }
}

/// A version of the TypeScript compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeScript {
    /// The lowest that the package's types are for.
    Oldest,
    /// What the sources are checked with.
    Ours,
    /// The newest there is.
    Newest,
}

impl TypeScript {
    /// What it is called in `xtask/checks/package.json`.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Oldest => "typescript-oldest",
            Self::Ours => "typescript",
            Self::Newest => "typescript-newest",
        }
    }
}

fn same(one: &Path, other: &Path) -> bool {
    fs::read(one).is_ok_and(|one| fs::read(other).is_ok_and(|other| one == other))
}

/// The lock file comes last, and a broken one is installed again.
fn copy(sources: &Path, home: &Path) -> Result<(), ToolsError> {
    at(home, fs::create_dir_all(home))?;
    FILES.iter().try_for_each(|name| {
        let source = sources.join(name);
        at(&source, fs::copy(&source, home.join(name))).map(|_bytes| ())
    })
}

fn at<T>(path: &Path, outcome: io::Result<T>) -> Result<T, ToolsError> {
    outcome.map_err(|error| ToolsError::File { path: path.to_path_buf(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lock file of what is called so, as JSON.
    fn lock(name: &str) -> serde_json::Value {
        let workspace = Workspace::find().unwrap();
        let path = workspace.root().join("xtask").join(name).join(LOCK);
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn programs_have_one_version_and_no_lock_file_names_a_registry() {
        for name in [BUILDS, CHECKS, HOSTS] {
            let packages = lock(name)["packages"].take();
            for (path, package) in packages.as_object().unwrap() {
                assert_eq!(package["resolved"].as_str(), None, "{path}");
            }
            for (tool, version) in packages[""]["devDependencies"].as_object().unwrap() {
                let version = version.as_str().unwrap().rsplit('@').next().unwrap();
                assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{tool}");
            }
        }
    }

    #[test]
    fn every_compiler_is_pinned_under_its_name() {
        let checks = lock(CHECKS);
        for version in [TypeScript::Oldest, TypeScript::Ours, TypeScript::Newest] {
            let place = format!("node_modules/{}", version.package());
            assert!(checks["packages"][&place]["version"].is_string(), "{place}");
        }
        assert_eq!(checks["packages"]["node_modules/typescript-oldest"]["version"], "5.7.3");
    }
}
