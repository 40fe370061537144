//! Why there is no package.

use std::{error, fmt, path::PathBuf};

use unjank_cli::{command::CommandError, files::FileError, toolchain::TargetError};

use crate::join::JoinError;

/// Why there is no package.
#[derive(Debug)]
#[non_exhaustive]
pub enum PackageError {
    /// A source file or folder is not there.
    Missing(PathBuf),
    /// The folder asked for is not inside cargo's output folder, and it would be deleted.
    OutsideTarget(PathBuf),
    /// The wasm32 target is not there.
    Target(TargetError),
    /// The code does not compile.
    Compile(CommandError),
    /// The package compiled to no .wasm file.
    NoModule(&'static str),
    /// The kernels' module is none.
    Kernels(String),
    /// A profiling build in which none of a kernel's functions has a name.
    Nameless(&'static str),
    /// The glue generator refused the module.
    Glue(String),
    /// The worker's scripts cannot be joined.
    Join(JoinError),
    /// A file can't be read or written.
    File(FileError),
}

impl fmt::Display for PackageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => {
                write!(f, "{} is missing: restore it from version control", path.display())
            }
            Self::OutsideTarget(path) => write!(
                f,
                "{} would be deleted first: choose a folder inside cargo's output folder",
                path.display()
            ),
            Self::Target(error) => error.fmt(f),
            Self::Compile(error) => error.fmt(f),
            Self::NoModule(package) => write!(
                f,
                "{package} compiled to no .wasm file: give its [lib] crate-type = [\"cdylib\", \
                 \"rlib\"]"
            ),
            Self::Kernels(said) => write!(f, "the module with the kernels is broken: {said}"),
            Self::Nameless(kernel) => write!(
                f,
                "a profiler would show no function of {kernel}: see that every step keeps names"
            ),
            Self::Glue(said) => write!(f, "wasm-bindgen refused the module: {said}"),
            Self::Join(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl error::Error for PackageError {}

impl From<FileError> for PackageError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}
