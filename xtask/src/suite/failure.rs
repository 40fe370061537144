//! Why a step failed.

use std::{error, fmt, io, path::PathBuf};

use unjank_cli::{command::CommandError, files::FileError, toolchain::TargetError};

use super::{BlockError, GuideError, Step};
use crate::{
    browser::BrowserError, contents::ContentsError, package::PackageError, size::SizeError,
    tools::ToolsError,
};

/// Why a step failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// A program could not do its work.
    Command(CommandError),
    /// The wasm32 target is not there.
    Target(TargetError),
    /// There is no browser to test in.
    Browser(BrowserError),
    /// A site could not be built.
    Package(PackageError),
    /// What a page loads is too much, or could not be weighed.
    Size(SizeError),
    /// Programs that the step needs cannot be installed.
    Tools(ToolsError),
    /// The package ships other files than it should.
    Contents(ContentsError),
    /// The package's types are not as they should be.
    Uses {
        /// Who says so, and how it finds packages.
        compiler: String,
        /// Line by line.
        differences: String,
    },
    /// What the documents show has no use.
    Blocks(BlockError),
    /// The guide is not whole.
    Guide(GuideError),
    /// A file that the step needs is not there.
    Missing {
        /// The file or folder.
        path: PathBuf,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The package has no tests, so running them would prove nothing.
    NoTests(&'static str),
    /// The step works on a site that has not been built.
    NotBuilt {
        /// The site's folder.
        site: PathBuf,
        /// The step that builds it.
        made_by: Step,
    },
    /// The site has what a strict content security policy forbids.
    Forbidden {
        /// The file of the site.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What it has.
        found: &'static str,
    },
    /// A file could not be read or written.
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(error) => error.fmt(f),
            Self::Target(error) => error.fmt(f),
            Self::Size(error) => error.fmt(f),
            Self::Browser(error) => error.fmt(f),
            Self::Package(error) => error.fmt(f),
            Self::Tools(error) => error.fmt(f),
            Self::Contents(error) => error.fmt(f),
            Self::Blocks(error) => error.fmt(f),
            Self::Guide(error) => error.fmt(f),
            Self::Uses { compiler, differences } => {
                write!(
                    f,
                    "{compiler} takes uses of the package for other than they are:\n{differences}"
                )
            }
            Self::Missing { path, remedy } => {
                write!(f, "{} is missing: {remedy}", path.display())
            }
            Self::NoTests(package) => {
                write!(f, "{package} has no tests: restore them from version control")
            }
            Self::NotBuilt { site, made_by } => write!(
                f,
                "{} is missing: run `cargo xtask test --only {}` first",
                site.display(),
                made_by.name()
            ),
            Self::Forbidden { path, line, found } => write!(
                f,
                "{}:{line} has `{found}`, which strict policies forbid: write it without",
                path.display()
            ),
            Self::File { path, error } => write!(
                f,
                "{}: {error}: check that the disk has room and the folder may be written",
                path.display()
            ),
        }
    }
}

impl error::Error for Failure {}

impl From<FileError> for Failure {
    fn from(FileError { path, error }: FileError) -> Self {
        Self::File { path, error }
    }
}
