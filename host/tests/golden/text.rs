//! The bytes that are kept are what the texts beside them say.

use std::{fs, path::Path};

use super::golden;

#[track_caller]
fn is_assembled(text: &Path) {
    let kept = text.with_extension("wasm");
    let assembled = wat::parse_file(text).expect("a text that assembles");
    if std::env::var_os("UNJANK_ASSEMBLE").is_some() {
        fs::write(&kept, &assembled).expect("a file that can be written");
    }
    let found = fs::read(&kept).unwrap_or_default();
    assert!(
        found == assembled,
        "{} is not what {} says: run this test with UNJANK_ASSEMBLE=1",
        kept.display(),
        text.display()
    );
}

#[test]
fn modules_are_what_their_texts_say() {
    for folder in ["", "bad"] {
        let entries = fs::read_dir(golden(folder)).expect("a folder of golden modules");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let texts =
            paths.filter(|path| path.extension().is_some_and(|extension| extension == "wat"));
        let assembled = texts.inspect(|text| is_assembled(text)).count();
        assert!(assembled > 1, "{assembled} texts in {folder:?}");
    }
}
