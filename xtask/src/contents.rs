//! The files that npm would ship, beside the list of them in the sources: what a package has is seen by
//! everyone who installs it, so that nothing comes or goes unnoticed.

use std::{
    collections::BTreeSet,
    error, fmt, fs, io,
    path::{Path, PathBuf},
};

use unjank_cli::command::{self, CommandError};

use crate::{node::Node, workspace::Workspace};

/// Relative to the workspace: a path of the package on each line.
const LIST: &str = "pool/js/files.txt";

/// What is done about the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listing {
    /// It is left as it is.
    #[default]
    Left,
    /// It is written anew.
    Noted,
}

/// Why the list is not that of the package.
#[derive(Debug)]
#[non_exhaustive]
pub enum ContentsError {
    /// There is no npm to ask.
    NoNpm,
    /// npm could not pack it.
    Npm(CommandError),
    /// npm said something else than what it packed.
    Unreadable(String),
    /// The list could not be read or written.
    File {
        /// The list.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The package has other files.
    Differs {
        /// What it ships and the list has not.
        more: Vec<String>,
        /// What the list has and it does not ship.
        less: Vec<String>,
    },
}

impl fmt::Display for ContentsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNpm => f.write_str("install Node.js with npm, which says what it would ship"),
            Self::Npm(error) => error.fmt(f),
            Self::Unreadable(said) => write!(f, "npm packed what it does not list: {said}"),
            Self::File { path, error } => write!(
                f,
                "{}: {error}: restore it from version control, or write it by `cargo xtask package \
                 --note`",
                path.display()
            ),
            Self::Differs { more, less } => {
                f.write_str("the package ships other files than ")?;
                f.write_str(LIST)?;
                f.write_str(" says:")?;
                more.iter().try_for_each(|name| write!(f, " +{name}"))?;
                less.iter().try_for_each(|name| write!(f, " -{name}"))?;
                f.write_str(": if that is meant, `cargo xtask package --note` writes it down")
            }
        }
    }
}

impl error::Error for ContentsError {}

/// A package in one file, as npm would publish it.
#[derive(Debug)]
pub(crate) struct Packed {
    /// The file.
    pub(crate) archive: PathBuf,
    files: BTreeSet<String>,
}

impl Packed {
    /// Packs the package that was built.
    pub(crate) fn of(workspace: &Workspace, node: &Node) -> Result<Self, ContentsError> {
        let package = workspace.npm();
        let out = package.parent().unwrap_or(&package);
        let said = command::capture(&mut node.pack(&package, out)).map_err(ContentsError::Npm)?;
        let (name, files) =
            read(&said).ok_or_else(|| ContentsError::Unreadable(said.trim().to_owned()))?;
        Ok(Self { archive: out.join(name), files })
    }

    /// Compares its files with the list.
    pub(crate) fn expect_listed(&self, workspace: &Workspace) -> Result<(), ContentsError> {
        let path = workspace.root().join(LIST);
        let listed = at(&path, fs::read_to_string(&path))?;
        compare(&self.files, &listed.lines().map(str::to_owned).collect())
    }
}

/// Has the list say what the built package has, if that is wanted.
///
/// # Errors
/// [`ContentsError`] when it cannot be packed or the list not written.
pub fn note(workspace: &Workspace, listing: Listing) -> Result<(), ContentsError> {
    match listing {
        Listing::Left => Ok(()),
        Listing::Noted => {
            let node = Node::find().ok_or(ContentsError::NoNpm)?;
            let Packed { files, .. } = Packed::of(workspace, &node)?;
            let lines: String = files.iter().map(|name| format!("{name}\n")).collect();
            let path = workspace.root().join(LIST);
            at(&path, fs::write(&path, lines))
        }
    }
}

/// The name of the archive, and the files in it.
fn read(said: &str) -> Option<(String, BTreeSet<String>)> {
    let said: serde_json::Value = serde_json::from_str(said).ok()?;
    let packed = said.as_array()?.first()?;
    let paths = packed["files"].as_array()?.iter();
    let files = paths.map(|file| Some(file["path"].as_str()?.to_owned())).collect::<Option<_>>()?;
    Some((packed["filename"].as_str()?.to_owned(), files))
}

fn compare(packed: &BTreeSet<String>, listed: &BTreeSet<String>) -> Result<(), ContentsError> {
    if packed == listed {
        return Ok(());
    }
    let beyond = |one: &BTreeSet<String>, other| one.difference(other).cloned().collect();
    Err(ContentsError::Differs { more: beyond(packed, listed), less: beyond(listed, packed) })
}

fn at<T>(path: &Path, outcome: io::Result<T>) -> Result<T, ContentsError> {
    outcome.map_err(|error| ContentsError::File { path: path.to_path_buf(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_npm_packed_is_read() {
        let said =
            r#"[{"filename":"a-1.tgz","files":[{"path":"b.js","size":1},{"path":"a/c.js"}]}]"#;
        assert_eq!(read(said), Some(("a-1.tgz".to_owned(), names(&["a/c.js", "b.js"]))));
        for said in ["", "[]", "{}", r#"[{"filename":"a"}]"#, r#"[{"filename":"a","files":[{}]}]"#]
        {
            assert_eq!(read(said), None, "{said}");
        }
    }

    #[test]
    fn what_came_and_what_went_is_named_with_the_remedy() {
        let (packed, listed) = (names(&["a", "new"]), names(&["a", "old"]));
        let told = compare(&packed, &listed).unwrap_err().to_string();
        assert!(told.contains("+new -old"), "{told}");
        assert!(told.contains("cargo xtask package --note"), "{told}");
        assert!(compare(&packed, &packed).is_ok());
    }
}
