//! Unsafe code stands in a few files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use xtask::workspace::Workspace;

/// The vector instructions of the demo's native tests and benchmarks, of which nothing is compiled for
/// browsers; and the module interface, whose two sides meet in a module's memory: what it exports, and
/// what it imports; and the exports of the pool's core.
const ALLOWED: [&str; 4] = [
    "demo/src/kernels/lanes/x86_64.rs",
    "pool/module/src/exports.rs",
    "worker/src/exports.rs",
    "worker/src/wasm.rs",
];

/// The lint can be lifted anywhere; this list cannot.
#[test]
fn unsafe_code_stands_in_a_few_files() {
    let workspace = Workspace::find().unwrap();
    let mut files = Vec::new();
    list(workspace.root(), workspace.target(), &mut files);
    files.sort();
    let unsafe_files: Vec<_> = files
        .iter()
        .filter(|path| is_unsafe(&fs::read_to_string(path).unwrap()))
        .map(|path| path.strip_prefix(workspace.root()).unwrap().to_str().unwrap())
        .collect();
    assert_eq!(unsafe_files, ALLOWED);
}

#[test]
fn the_word_is_found_in_code_and_not_in_words_about_it() {
    for code in
        ["unsafe { f() }", "pub unsafe fn f()", "#[unsafe(no_mangle)]", "Self(unsafe { f() })"]
    {
        assert!(is_unsafe(code), "{code}");
    }
    for text in [
        "// unsafe { f() }",
        "forbid(unsafe_code)",
        "'unsafe-inline'",
        "let unsafe_files",
        "assert!(refuses(\"unsafe fn f()\"));",
    ] {
        assert!(!is_unsafe(text), "{text}");
    }
}

fn is_unsafe(text: &str) -> bool {
    let code = text.lines().filter_map(|line| line.split("//").next());
    let code = code.flat_map(|line| line.split('"').step_by(2));
    let starts =
        ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait", "unsafe extern", "unsafe("];
    code.into_iter().any(|line| starts.iter().any(|start| line.contains(start)))
}

/// Rust sources: not what was built, not what is hidden, not what was installed.
fn list(folder: &Path, target: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path == target || name == "target" || name == "node_modules" || name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            list(&path, target, files);
        } else if name.ends_with(".rs") && name != "unsafe_code.rs" {
            files.push(path);
        }
    }
}
