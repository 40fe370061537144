//! Programs of npm that builds are better with: wasm-opt and a bundler. Their versions are pinned in
//! `xtask/tools`; they are installed into cargo's output folder where there is npm, and not missed
//! where there is none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    command::{self, CommandError},
    node::Node,
    workspace::Workspace,
};

/// Relative to the workspace: what is to be installed.
const SOURCES: &str = "xtask/tools";

const LOCK: &str = "package-lock.json";
const FILES: [&str; 3] = ["package.json", ".npmrc", LOCK];

/// What npm writes once everything is installed.
const DONE: &str = "node_modules/.package-lock.json";

/// The folder of the installed programs.
#[derive(Debug)]
pub(crate) struct Tools {
    home: PathBuf,
}

impl Tools {
    /// Installs them, unless they are there; `None` when there is no npm, or it has no way to get
    /// them.
    pub(crate) fn install(workspace: &Workspace) -> Option<Self> {
        let node = Node::find()?;
        let tools = Self { home: workspace.target().join("tools") };
        let home = &tools.home;
        let sources = workspace.root().join(SOURCES);
        if home.join(DONE).is_file() && same(&sources.join(LOCK), &home.join(LOCK)) {
            return Some(tools);
        }
        let ready = copy(&sources, home).is_ok_and(|()| fetch(&node, home).is_ok());
        ready.then_some(tools)
    }

    /// Their folder, with a `package.json` and what it names.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Where the program of that name is, if it is installed.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        crate::programs::find_in(&[self.home.join("node_modules/.bin")], &[name])
    }
}

fn same(one: &Path, other: &Path) -> bool {
    fs::read(one).is_ok_and(|one| fs::read(other).is_ok_and(|other| one == other))
}

fn copy(sources: &Path, home: &Path) -> io::Result<()> {
    fs::create_dir_all(home)?;
    FILES.iter().try_for_each(|name| fs::copy(sources.join(name), home.join(name)).map(|_| ()))
}

fn fetch(node: &Node, home: &Path) -> Result<String, CommandError> {
    command::capture(&mut node.install(home))
}
