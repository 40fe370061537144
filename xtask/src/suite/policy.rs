//! Nothing in the built site needs more than a strict content security policy allows, or puts text
//! where only trusted types may go.
//!
//! A browser refuses these too, but only when they run; this sees what no test reaches.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Failure, Step, sites::expect_site};
use crate::workspace::Workspace;

/// Makes code, or markup, from text.
const FORBIDDEN: [&str; 16] = [
    "eval(",
    "new Function",
    "Function('",
    "Function(\"",
    "importScripts(",
    "'blob:",
    "\"blob:",
    "`blob:",
    "data:text/javascript",
    "setTimeout('",
    "setTimeout(\"",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "javascript:",
];

/// A page may make a link to a picture so; a library that does may only want a script of it.
const FORBIDDEN_IN_LIBRARY: [&str; 1] = ["createObjectURL"];

/// Reads every script and page of the built site, glue and all.
pub(super) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let site = expect_site(workspace.site(), Step::Build)?;
    let mut files = Vec::new();
    list(&site, &mut files).map_err(|error| Failure::File { path: site.clone(), error })?;
    let library = site.join("unjank");
    expect_library(&library, &files)?;
    for path in &files {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::File { path: path.clone(), error })?;
        if let Some((line, found)) = first_offence(&text, path.starts_with(&library)) {
            return Err(Failure::Forbidden { path: path.clone(), line, found });
        }
    }
    println!("{} files", files.len());
    Ok(())
}

/// Scripts and pages; what is compressed is a copy of them.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "js" || ending == "html") {
            files.push(path);
        }
    }
    Ok(())
}

/// A list without them would pass.
fn expect_library(library: &Path, files: &[PathBuf]) -> Result<(), Failure> {
    let expected = ["alone.js", "worker.js", "index.js"].map(|name| library.join(name));
    match expected.into_iter().find(|path| !files.contains(path)) {
        Some(path) => Err(Failure::Missing { path, remedy: "the site is built from the sources" }),
        None => Ok(()),
    }
}

/// The first line, counted from 1, that has something forbidden, and what.
fn first_offence(text: &str, is_library: bool) -> Option<(usize, &'static str)> {
    let also: &[&'static str] = if is_library { &FORBIDDEN_IN_LIBRARY } else { &[] };
    let forbidden = || FORBIDDEN.iter().chain(also).copied();
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let found = forbidden().find(|what| names(line, what))?;
        Some((number, found))
    })
}

/// Whether a line has these words, and not as the end of a longer one.
fn names(line: &str, what: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    line.match_indices(what).any(|(at, _)| !line[..at].ends_with(is_letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_code_of_text_is_found_with_its_line() {
        for (text, line, found) in [
            ("\nlet a = eval('1');", 2, "eval("),
            ("globalThis.eval(code)", 1, "eval("),
            ("return new Function('return this')()", 1, "new Function"),
            ("return Function(\"return this\")()", 1, "Function(\""),
            ("new Worker(`blob:${id}`)", 1, "`blob:"),
            ("\n\nnode.innerHTML = name;", 3, "innerHTML"),
            ("location = 'javascript:void 0'", 1, "javascript:"),
        ] {
            assert_eq!(first_offence(text, false), Some((line, found)), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_it_passes() {
        for text in [
            "medieval(2); retrieval(3)",
            "this.#load({ blob: fetchSample(name) })",
            "`Function(${value.name})`",
            "img-src 'self' data: blob:; style-src 'self'",
        ] {
            assert_eq!(first_offence(text, false), None, "{text}");
        }
    }

    #[test]
    fn only_a_page_may_make_a_link_to_its_own_bytes() {
        let text = "const url = URL.createObjectURL(picture);";
        assert_eq!(first_offence(text, false), None);
        assert_eq!(first_offence(text, true), Some((1, "createObjectURL")));
    }

    #[test]
    fn a_site_without_its_library_does_not_pass() {
        let error = expect_library(Path::new("unjank"), &["unjank/worker.js".into()]).unwrap_err();
        assert!(error.to_string().contains("alone.js"), "{error}");
    }
}
