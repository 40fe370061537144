//! How large files are, as they are and as a static host sends them.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// Folders and files of the harness: everybody loads them, and nobody would in an app.
const HARNESS: [&str; 3] = ["harness/", "contenders/", "index.html"];

/// Bytes of some files together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

/// Adds up those that are no part of the harness. What has no compressed form counts as it is.
pub(crate) fn sum<'p>(site: &Path, paths: impl IntoIterator<Item = &'p String>) -> Sizes {
    let own = paths.into_iter().filter(|path| !HARNESS.iter().any(|start| path.starts_with(start)));
    own.fold(Sizes::default(), |sum, path| {
        let file = site.join(path);
        let raw = length(&file).unwrap_or(0);
        let compressed = |ending| length(&with_ending(&file, ending)).unwrap_or(raw);
        Sizes {
            raw: sum.raw + raw,
            gzip: sum.gzip + compressed("gz"),
            brotli: sum.brotli + compressed("br"),
        }
    })
}

fn length(file: &Path) -> Option<u64> {
    fs::metadata(file).ok().map(|metadata| metadata.len())
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".");
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_harness_is_left_out_and_what_is_not_compressed_counts_as_it_is() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = ["src/sizes.rs", "harness/main.js"].map(str::to_owned);
        let expected = length(&package.join("src/sizes.rs")).unwrap();
        let found = sum(package, &files);
        assert_eq!(found, Sizes { raw: expected, gzip: expected, brotli: expected });
    }
}
