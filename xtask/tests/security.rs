//! SECURITY.md names what shows each claim. What it names is there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use xtask::workspace::Workspace;

#[test]
fn what_the_security_policy_names_is_there() {
    let workspace = Workspace::find().unwrap();
    let policy = fs::read_to_string(workspace.root().join("SECURITY.md")).unwrap();
    let mut sources = String::new();
    for folder in ["protocol", "pool", "worker", "e2e/pages", "xtask/tests"] {
        gather(&workspace.root().join(folder), &mut sources);
    }
    let named = quoted(&policy);
    for path in named.iter().filter(|name| is_path(name)) {
        assert!(workspace.root().join(path).exists(), "{path} is not there");
    }
    let tests: Vec<_> = named.iter().filter(|name| is_test(name)).collect();
    assert!(tests.len() > 10, "{tests:?}");
    for test in tests {
        assert!(sources.contains(&format!("{test}(")), "nothing is called {test}");
    }
}

/// What stands between single backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn is_path(name: &str) -> bool {
    name.contains('/') && !name.contains([' ', ':', '*'])
}

/// A sentence, as the names of tests are.
fn is_test(name: &str) -> bool {
    name.matches('_').count() > 2 && name.chars().all(|c| c == '_' || c.is_ascii_lowercase())
}

fn gather(path: &Path, text: &mut String) {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a folder");
        let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.iter().for_each(|path| gather(path, text));
    } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "js") {
        text.push_str(&fs::read_to_string(path).expect("a source"));
    }
}
