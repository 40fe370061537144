//! The built sites, served.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use xtask::{
    serve::{Running, Server},
    workspace::Workspace,
};

/// A site on a port of this machine. Gone when it is dropped.
#[derive(Debug)]
pub struct Site {
    server: Running,
    /// Where a copy is served from; the demo is served from where it was built.
    copy: Option<TempDir>,
}

impl Site {
    /// The demo, as it was built.
    ///
    /// # Panics
    /// When it was not built.
    #[must_use]
    pub fn demo() -> Self {
        Self::serve(&built("UNJANK_SITE", Workspace::site), None)
    }

    /// A copy of the site of faulty kernels, with the pages of these tests in it. Files can be
    /// taken away.
    ///
    /// # Panics
    /// When it was not built, or cannot be copied.
    #[must_use]
    pub fn faults() -> Self {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
        let site = built("UNJANK_FAULTS", Workspace::faults_site);
        let copied = TempDir::with_prefix("unjank-e2e-site-").and_then(|copy| {
            copy_folder(&site, copy.path())?;
            copy_folder(&pages, copy.path())?;
            Ok(copy)
        });
        let copy = copied.unwrap_or_else(|error| panic!("the site cannot be copied: {error}"));
        let folder = copy.path().to_owned();
        Self::serve(&folder, Some(copy))
    }

    fn serve(folder: &Path, copy: Option<TempDir>) -> Self {
        let server = Server::bind(folder, 0).unwrap_or_else(|error| panic!("{error}"));
        Self { server: server.spawn(), copy }
    }

    /// The address of a page, such as `/index.html`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.server.port())
    }

    /// How often a file was asked for.
    #[must_use]
    pub fn hits(&self, path: &str) -> u64 {
        self.server.hits(path)
    }

    /// Takes a file away, such as `/pkg/worker.js`: who asks from here on gets a 404.
    ///
    /// # Panics
    /// When the site is not a copy, or has no such file.
    pub fn take_away(&self, path: &str) {
        let copy = self.copy.as_ref().unwrap_or_else(|| panic!("only a copy may lose files"));
        let file = copy.path().join(path.trim_start_matches('/'));
        fs::remove_file(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

fn built(variable: &str, otherwise: fn(&Workspace) -> PathBuf) -> PathBuf {
    let folder = env::var_os(variable)
        .map(PathBuf::from)
        .unwrap_or_else(|| otherwise(&Workspace::find().unwrap_or_else(|error| panic!("{error}"))));
    assert!(folder.is_dir(), "there is no {}: run `cargo xtask test`", folder.display());
    folder
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
