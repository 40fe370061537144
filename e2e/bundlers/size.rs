//! How much an app sends.

use std::{
    fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

use crate::app::App;

/// Bytes of some files together.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Bytes {
    raw: usize,
    gzip: usize,
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kibibytes = |bytes: usize| bytes as f64 / 1024.0;
        write!(f, "{:.1} ({:.1})", kibibytes(self.raw), kibibytes(self.gzip))
    }
}

/// What an app's page and workers load.
#[derive(Debug, Default)]
pub(crate) struct Size {
    pub(crate) scripts: Bytes,
    pub(crate) module: Bytes,
}

impl Size {
    /// Of all scripts and modules that the app has, its settings and its tools left out.
    pub(crate) fn of(app: &App, examples: &Path) -> Self {
        let folder = examples.join(app.name);
        let folders = match app.bundler {
            Some(_) => vec![folder.join(app.output), folder.join(app.output).join("assets")],
            None => vec![
                folder.clone(),
                folder.join("node_modules/unjank"),
                folder.join("node_modules/unjank-demo"),
            ],
        };
        let mut size = Self::default();
        for file in folders.iter().flat_map(|folder| files(folder)) {
            match file.extension().and_then(|extension| extension.to_str()) {
                Some("js") => size.scripts.add(&file),
                Some("wasm") => size.module.add(&file),
                _ => {}
            }
        }
        size
    }
}

impl Bytes {
    fn add(&mut self, file: &Path) {
        let raw = fs::read(file).expect("a file of the app");
        self.raw += raw.len();
        self.gzip += gzip(&raw).expect("memory takes what is written to it");
    }
}

/// The files right in a folder; none if there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}

fn gzip(raw: &[u8]) -> io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw)?;
    Ok(encoder.finish()?.len())
}
