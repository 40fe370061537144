//! The guide in `docs`: that its pages are whole, and that each error has its place there.

use std::{collections::BTreeSet, error, fmt, fs, path::Path};

use super::{
    super::{Failure, at},
    blocks::prose,
};
use crate::workspace::Workspace;

/// Relative to the workspace.
const GUIDE: &str = "docs/src";

/// In the guide: its pages, in order.
const SUMMARY: &str = "SUMMARY.md";

/// In the guide: what each code means.
const ERRORS: &str = "errors.md";

/// Relative to the workspace: the codes that there are.
const TYPES: &str = "pool/js/types.d.ts";

/// What is wrong with the guide.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GuideError {
    /// A page stands in no list.
    Unlisted {
        /// Its file.
        page: String,
    },
    /// A link leads nowhere.
    Dead {
        /// What has it.
        document: String,
        /// Where it leads.
        link: String,
    },
    /// A code of errors has no section, or a section no code.
    Codes {
        /// Those that have none.
        unexplained: Vec<String>,
        /// Sections of codes that there are not.
        gone: Vec<String>,
    },
}

impl fmt::Display for GuideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlisted { page } => {
                write!(f, "{GUIDE}/{page} is no page of the guide: list it in {GUIDE}/{SUMMARY}")
            }
            Self::Dead { document, link } => {
                write!(f, "{document} has a link to {link}, where nothing is: mend the link")
            }
            Self::Codes { unexplained, gone } => write!(
                f,
                "{GUIDE}/{ERRORS} must have a section `### code` for each code of {TYPES}: \
                 {unexplained:?} have none, {gone:?} are no codes"
            ),
        }
    }
}

impl error::Error for GuideError {}

/// What newcomers read.
#[derive(Debug)]
pub(super) struct Document {
    /// Its file, relative to the workspace.
    pub(super) name: String,
    pub(super) text: String,
}

/// All of them, in the order in which they are read.
pub(super) fn documents(workspace: &Workspace) -> Result<Vec<Document>, Failure> {
    let summary = read(workspace, &in_guide(SUMMARY))?;
    let pages = links_of(&summary).into_iter().map(in_guide);
    let around = ["pool/js/README.md", "CONTRIBUTING.md"].map(str::to_owned);
    let names = ["README.md".to_owned()].into_iter().chain(pages).chain(around);
    names.map(|name| Ok(Document { text: read(workspace, &name)?, name })).collect()
}

/// Sees that every page is one of `documents`, every link of theirs leads somewhere, and every code of an error is
/// explained.
pub(super) fn check(workspace: &Workspace, documents: &[Document]) -> Result<(), Failure> {
    let folder = workspace.root().join(GUIDE);
    for entry in at(&folder, fs::read_dir(&folder))? {
        let page = at(&folder, entry)?.file_name().to_string_lossy().into_owned();
        let is_listed = page == SUMMARY || documents.iter().any(|one| one.name == in_guide(&page));
        if page.ends_with(".md") && !is_listed {
            return Err(Failure::Guide(GuideError::Unlisted { page }));
        }
    }
    for document in documents {
        for link in links_of(&document.text) {
            expect_alive(workspace, document, link)?;
        }
    }
    let (types, errors) = (read(workspace, TYPES)?, read(workspace, &in_guide(ERRORS))?);
    compare(&codes_of(&types), &sections_of(&errors)).map_err(Failure::Guide)
}

fn in_guide(page: &str) -> String {
    format!("{GUIDE}/{page}")
}

fn read(workspace: &Workspace, document: &str) -> Result<String, Failure> {
    let path = workspace.root().join(document);
    at(&path, fs::read_to_string(&path))
}

fn expect_alive(workspace: &Workspace, document: &Document, link: &str) -> Result<(), Failure> {
    let Document { name, text } = document;
    if link.contains("://") {
        return Ok(());
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(name).parent().unwrap_or(Path::new(""));
    let target = workspace.root().join(folder).join(file);
    let is_there = match (file.is_empty(), anchor.is_empty()) {
        (true, _) => anchors_of(text).contains(anchor),
        (false, true) => target.exists(),
        (false, false) => {
            fs::read_to_string(&target).is_ok_and(|text| anchors_of(&text).contains(anchor))
        }
    };
    let dead = || GuideError::Dead { document: name.clone(), link: link.to_owned() };
    if is_there { Ok(()) } else { Err(Failure::Guide(dead())) }
}

/// Where the links and pictures of a document lead.
fn links_of(text: &str) -> Vec<&str> {
    let behind_brackets = prose(text).flat_map(|line| line.split("](").skip(1));
    behind_brackets.filter_map(|rest| rest.split(')').next()).collect()
}

/// What the headings of a document are called in links: in small letters, without what is no letter, digit, hyphen or
/// underscore, and with hyphens in place of blanks.
fn anchors_of(text: &str) -> BTreeSet<String> {
    let kept = |letter: char| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then_some(letter),
    };
    let anchor = |heading: &str| heading.to_lowercase().chars().filter_map(kept).collect();
    headings_of(text, "#").map(anchor).collect()
}

/// The headings that begin with so many hashes or more.
fn headings_of<'t>(text: &'t str, hashes: &'t str) -> impl Iterator<Item = &'t str> {
    prose(text)
        .filter(move |line| line.starts_with(hashes))
        .map(|line| line.trim_start_matches('#').trim())
}

/// The codes of the type `ErrorCode`.
fn codes_of(types: &str) -> BTreeSet<&str> {
    let (_, rest) = types.split_once("export type ErrorCode =").unwrap_or_default();
    let (union, _) = rest.split_once(';').unwrap_or_default();
    let code = union.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('\'').skip(1).step_by(2)).collect()
}

fn sections_of(errors: &str) -> BTreeSet<&str> {
    headings_of(errors, "###").collect()
}

fn compare(codes: &BTreeSet<&str>, sections: &BTreeSet<&str>) -> Result<(), GuideError> {
    let without = |those: &BTreeSet<&str>, these: &BTreeSet<&str>| -> Vec<String> {
        those.difference(these).map(|&code| code.to_owned()).collect()
    };
    let (unexplained, gone) = (without(codes, sections), without(sections, codes));
    if unexplained.is_empty() && gone.is_empty() {
        return Ok(());
    }
    Err(GuideError::Codes { unexplained, gone })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# What a page *has*

See [one](one.md#two-words), ![two](pictures/two.png) and [three](#what-a-page-has).

```js
calls[at](nothing);
# no heading
```

## `core_wasm`, and more
";

    #[test]
    fn links_and_pictures_are_found_but_not_in_code() {
        assert_eq!(links_of(PAGE), ["one.md#two-words", "pictures/two.png", "#what-a-page-has"]);
    }

    #[test]
    fn headings_are_called_in_links_as_browsers_of_repositories_call_them() {
        let expected = ["core_wasm-and-more", "what-a-page-has"].map(str::to_owned);
        assert_eq!(anchors_of(PAGE), BTreeSet::from(expected));
    }

    #[test]
    fn each_code_has_a_section_and_each_section_a_code() {
        let types = "export type ErrorCode =\n  // It's a comment.\n  | 'one' | 'two'\n  | 'three';\nlet a = 'b';";
        let codes = codes_of(types);
        assert_eq!(codes, BTreeSet::from(["one", "two", "three"]));
        compare(&codes, &sections_of("# T\n## N\n### one\n### two\n### three\n")).unwrap();
        let error = compare(&codes, &sections_of("### one\n### two\n### four\n")).unwrap_err();
        let [unexplained, gone] = ["three", "four"].map(|code| vec![code.to_owned()]);
        assert_eq!(error, GuideError::Codes { unexplained, gone });
    }
}
