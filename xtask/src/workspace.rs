//! Where the sources are and where the built things go.

use std::path::{Path, PathBuf};

use unjank_cli::command::{self, CommandError};

/// The two folders that everything else is found from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder with the workspace's Cargo.toml.
    root: PathBuf,
    /// Cargo's output folder.
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo where its output goes: `CARGO_TARGET_DIR` and every other setting is honoured.
    ///
    /// # Errors
    /// [`CommandError`] when `cargo metadata` fails, as with a Cargo.toml that can't be read.
    pub fn find() -> Result<Self, CommandError> {
        let root = source_root();
        let metadata = command::metadata(&root)?;
        let target = metadata["target_directory"].as_str();
        let target = target.map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self { root, target })
    }

    /// The folder with the workspace's Cargo.toml.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's output folder.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The built demo page: `<target>/site`.
    #[must_use]
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The demo page built for profilers: `<target>/site-profiling`.
    #[must_use]
    pub fn profiling_site(&self) -> PathBuf {
        self.target.join("site-profiling")
    }

    /// The built package of deliberately faulty kernels: `<target>/site-faults`.
    #[must_use]
    pub fn faults_site(&self) -> PathBuf {
        self.target.join("site-faults")
    }

    /// The same made by wasm-bindgen, with callers in Rust: `<target>/site-faults-glue`.
    #[must_use]
    pub fn faults_glue_site(&self) -> PathBuf {
        self.target.join("site-faults-glue")
    }

    /// The package `unjank`, as npm installs it: `<target>/npm/unjank`.
    #[must_use]
    pub fn npm(&self) -> PathBuf {
        self.target.join("npm").join("unjank")
    }

    /// The benchmark's page: `<target>/site-bench`.
    #[must_use]
    pub fn bench_site(&self) -> PathBuf {
        self.target.join("site-bench")
    }

    /// What the benchmark keeps and what it finds: `<target>/bench`.
    #[must_use]
    pub fn bench(&self) -> PathBuf {
        self.target.join("bench")
    }

    /// Stands in for the real one where a test needs other folders.
    #[cfg(test)]
    pub(crate) fn at(root: impl Into<PathBuf>, target: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), target: target.into() }
    }
}

fn source_root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace_manifest() {
        let workspace = Workspace::find().unwrap();
        let manifest = std::fs::read_to_string(workspace.root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }

    #[test]
    fn sites_lie_in_cargos_output_folder_each_in_its_own() {
        let workspace = Workspace::find().unwrap();
        let running = std::env::current_exe().unwrap();
        assert!(running.starts_with(workspace.target()), "{}", running.display());
        assert_eq!(workspace.site().parent(), Some(workspace.target()));
        assert_ne!(workspace.site(), workspace.faults_site());
        assert_ne!(workspace.faults_site(), workspace.faults_glue_site());
    }
}
