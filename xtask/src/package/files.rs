//! Files and folders, with failures that name them.

use std::{fs, io, path::Path};

use super::PackageError;

/// Copies a folder with all that is in it, or only files with one of these endings if there are any.
pub(crate) fn copy_folder(from: &Path, to: &Path, endings: &[&str]) -> Result<(), PackageError> {
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

pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<(), PackageError> {
    at(from, fs::copy(from, to)).map(|_bytes| ())
}

/// Removes a folder, if there is one.
pub(crate) fn remove(folder: &Path) -> Result<(), PackageError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => at(folder, Err(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Names the file of a failure.
pub(crate) fn at<T>(path: &Path, outcome: io::Result<T>) -> Result<T, PackageError> {
    outcome.map_err(|error| PackageError::File { path: path.to_path_buf(), error })
}
