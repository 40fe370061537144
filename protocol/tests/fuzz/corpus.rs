//! The inputs that `fuzz/corpus` keeps: whatever once reached code that no other reached.

use std::{fs, path::Path};

/// The inputs for one target, in the order of their names.
///
/// # Panics
/// When there are none, or they can't be read.
pub(crate) fn kept(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let entries = fs::read_dir(&folder).expect("the corpus is kept beside the sources");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no input in {}", folder.display());
    paths.iter().map(|path| fs::read(path).expect("a readable file")).collect()
}
