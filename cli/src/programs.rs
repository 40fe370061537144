//! Programs on PATH.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The folders of PATH, in order.
pub fn search_path() -> Vec<PathBuf> {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect()
}

/// The first of `names` found, trying every folder for the first name before the next name.
pub fn find_in(folders: &[PathBuf], names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| {
        folders.iter().flat_map(|folder| spellings(folder, name)).find(|path| path.is_file())
    })
}

/// On Windows a program ends in .exe, and a script that npm installs in .cmd.
fn spellings(folder: &Path, name: &str) -> Vec<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    endings.iter().map(|ending| folder.join(format!("{name}{ending}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_on_path_and_nonsense_is_not() {
        let folders = search_path();
        assert!(find_in(&folders, &["no-such-program-anywhere", "cargo"]).is_some());
        assert_eq!(find_in(&folders, &["no-such-program-anywhere"]), None);
    }
}
