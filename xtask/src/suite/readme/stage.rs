//! The folder in which a newcomer's crates and app are made.
//!
//! ```text
//!  <target>/readme/stage/     the files of e2e/readme/stage, with the documents' blocks in them
//!  <target>/readme/target/    what cargo makes of the crates there
//! ```

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::{command::cargo, files::remove, toolchain::built_module};

use super::{
    super::{
        Failure, at,
        newcomer::{newcomer, output, settle},
    },
    blocks::Blocks,
};
use crate::workspace::Workspace;

/// Stands for the repository in the documents' Cargo.toml, as in those of the stage.
const REPOSITORY: &str = "\"PATH/";

/// Relative to the workspace: what stands around the blocks.
const SOURCES: &str = "e2e/readme/stage";

const LOCK: &str = "Cargo.lock";

/// The folder, and what it is made for.
#[derive(Debug)]
pub(super) struct Stage<'w> {
    pub(super) workspace: &'w Workspace,
    root: PathBuf,
    output: PathBuf,
}

impl<'w> Stage<'w> {
    /// The crate of the first kernel.
    pub(super) const FIRST: &'static str = "first";
    /// The same with a smaller module.
    pub(super) const SMALLER: &'static str = "smaller";
    /// The kernels that the documents only name, in a package.
    pub(super) const PHOTO: &'static str = "photo-kernels";
    /// The app in Rust, which has kernels too.
    pub(super) const GLUE: &'static str = "glue";
    /// The app in TypeScript.
    pub(super) const APP: &'static str = "app";

    /// Makes it from nothing, but for what cargo has made.
    pub(super) fn lay_out(workspace: &'w Workspace, blocks: &mut Blocks) -> Result<Self, Failure> {
        let root = workspace.target().join("readme/stage");
        let stage = Self { workspace, root, output: output(workspace) };
        remove(&stage.root)?;
        settle(workspace, &stage.root)?;
        stage.fill(&workspace.root().join(SOURCES), &stage.root, blocks)?;
        for name in [Self::FIRST, Self::SMALLER, Self::PHOTO, Self::GLUE] {
            let lock = stage.folder(name).join(LOCK);
            at(&lock, fs::copy(workspace.root().join(LOCK), &lock))?;
        }
        Ok(stage)
    }

    /// One of its folders.
    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The module that cargo has made of one of its crates.
    pub(super) fn module(&self, name: &str) -> PathBuf {
        built_module(&self.output, name)
    }

    /// Where cargo puts modules.
    pub(super) fn modules(&self) -> PathBuf {
        self.module(Self::FIRST).parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// Cargo for its crates.
    pub(super) fn cargo() -> Command {
        newcomer(cargo())
    }

    /// Copies a folder, with blocks where its files want them.
    fn fill(&self, from: &Path, to: &Path, blocks: &mut Blocks) -> Result<(), Failure> {
        at(to, fs::create_dir_all(to))?;
        for entry in at(from, fs::read_dir(from))? {
            let entry = at(from, entry)?;
            let (source, copy) = (entry.path(), to.join(entry.file_name()));
            if source.is_dir() {
                self.fill(&source, &copy, blocks)?;
            } else {
                let text = at(&source, fs::read_to_string(&source))?;
                let filled = blocks.fill(&source, &text).map_err(Failure::Blocks)?;
                at(&copy, fs::write(&copy, filled.replace(REPOSITORY, &self.repository())))?;
            }
        }
        Ok(())
    }

    /// What [`REPOSITORY`] stands for: cargo takes slashes everywhere.
    fn repository(&self) -> String {
        format!("\"{}/", self.workspace.root().display()).replace('\\', "/")
    }
}
