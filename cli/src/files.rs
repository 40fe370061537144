//! Files and folders, with failures that name them.

use std::{
    error, fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// A file or folder that can't be read or written.
#[derive(Debug)]
pub struct FileError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, error } = self;
        let path = path.display();
        write!(f, "{path}: {error}: check that the disk has room and the folder may be written")
    }
}

impl error::Error for FileError {}

/// Copies a folder with all that is in it, or only files with one of these endings if there are any.
///
/// # Errors
/// [`FileError`]; some may be copied by then.
pub fn copy_folder(from: &Path, to: &Path, endings: &[&str]) -> Result<(), FileError> {
    at(to, fs::create_dir_all(to))?;
    for entry in at(from, fs::read_dir(from))? {
        let entry = at(from, entry)?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &copy, endings)?;
        } else if endings.is_empty() || endings.iter().any(|ending| has_ending(&source, ending)) {
            copy_file(&source, &copy)?;
        }
    }
    Ok(())
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|extension| extension == ending)
}

/// Copies a file.
///
/// # Errors
/// [`FileError`].
pub fn copy_file(from: &Path, to: &Path) -> Result<(), FileError> {
    at(from, fs::copy(from, to)).map(|_bytes| ())
}

/// Removes a folder, if there is one.
///
/// # Errors
/// [`FileError`].
pub fn remove(folder: &Path) -> Result<(), FileError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => at(folder, Err(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Puts a folder that is whole where it belongs, in the place of what is there.
///
/// # Errors
/// [`FileError`].
pub fn replace(whole: &Path, place: &Path) -> Result<(), FileError> {
    remove(place)?;
    at(place, fs::rename(whole, place))
}

/// Waits until no other program has this file locked, and has it locked until what is returned is dropped.
///
/// # Errors
/// [`FileError`].
pub fn lock(path: &Path) -> Result<File, FileError> {
    let folder = path.parent().unwrap_or(path);
    at(folder, fs::create_dir_all(folder))?;
    let file = at(path, File::create(path))?;
    at(path, file.lock())?;
    Ok(file)
}

/// Names the file of a failure.
///
/// # Errors
/// [`FileError`].
pub fn at<T>(path: &Path, outcome: io::Result<T>) -> Result<T, FileError> {
    outcome.map_err(|error| FileError { path: path.to_path_buf(), error })
}
