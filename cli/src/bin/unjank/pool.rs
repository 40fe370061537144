//! Where the pool comes from: the npm package `unjank` and the crates, which are not published yet.

use std::{
    error, fmt, fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::SystemTime,
};

use unjank_cli::{
    command::{self, CommandError, cargo},
    compress::with_ending,
    files::{FileError, lock},
};

/// The repository that this command was installed from.
const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What the package is built of, in the repository.
const SOURCES: [&str; 4] = ["Cargo.lock", "pool", "protocol", "worker"];

/// Why the pool is not there.
#[derive(Debug)]
pub(crate) enum PoolError {
    /// The repository is gone.
    NoCheckout(PathBuf),
    /// Others can't be waited for who build it.
    File(FileError),
    /// The package can't be built there.
    Package(CommandError),
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCheckout(path) => write!(
                f,
                "{} has no repository of unjank any more, where this command was installed from: install it \
                 again from where that is now",
                path.display()
            ),
            Self::File(error) => error.fmt(f),
            Self::Package(error) => write!(f, "the pool can't be built: {error}"),
        }
    }
}

impl error::Error for PoolError {}

/// The repository, with its links resolved.
pub(crate) fn checkout() -> Result<PathBuf, PoolError> {
    let path = Path::new(CHECKOUT);
    let found = path.canonicalize().ok().filter(|root| root.join("pool/js/package.json").is_file());
    found.ok_or_else(|| PoolError::NoCheckout(path.to_path_buf()))
}

/// The folder of the package `unjank`, which is built first unless it is newer than its sources.
pub(crate) fn package() -> Result<PathBuf, PoolError> {
    let root = checkout()?;
    let folder = place(&root)?;
    let _lock = lock(&with_ending(&folder, "lock")).map_err(PoolError::File)?;
    let built = time_of(&folder.join("index.js"));
    let changed = SOURCES.iter().filter_map(|source| newest(&root.join(source))).max();
    if built.is_none() || changed > built {
        eprintln!("building the pool, in {}", folder.display());
        let mut command = cargo();
        command.args(["xtask", "package"]).current_dir(&root).stdout(Stdio::null());
        command::run(&mut command).map_err(PoolError::Package)?;
    }
    Ok(folder)
}

/// The last change of a file, or of what is in a folder. None of what can't be read: then it is no news.
fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(path) else { return time_of(path) };
    entries.flatten().filter_map(|entry| newest(&entry.path())).max()
}

fn time_of(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|found| found.modified()).ok()
}

/// Where the package is once it is built.
pub(crate) fn place(root: &Path) -> Result<PathBuf, PoolError> {
    let metadata = command::metadata(root).map_err(PoolError::Package)?;
    let target =
        metadata["target_directory"].as_str().map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("npm").join("unjank"))
}
