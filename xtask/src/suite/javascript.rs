//! Tests of the JavaScript that need no browser.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Failure, run_in};
use crate::{node::Node, package, tools::Tools, workspace::Workspace};

/// Relative to the workspace: the folders whose files are tests.
const FOLDERS: [&str; 2] = ["worker/js/test", "pool/js/test"];

/// Tells the tests where there is an assembler.
const TOOLS: &str = "UNJANK_TOOLS";

/// Tells them where the pool's core is.
const CORE: &str = "UNJANK_CORE";

/// Tells them where other programs are that run the package.
const HOSTS: &str = "UNJANK_HOSTS";

/// How the names of files with tests end.
const ENDING: &str = ".test.js";

/// Runs them in Node.js, over the pool's package as it is made for npm.
pub(super) fn test(workspace: &Workspace) -> Result<(), Failure> {
    let (Some(node), Some(tools)) = (Node::find(), Tools::install(workspace)) else {
        println!("skipped: install Node.js with npm to test the JavaScript without a browser");
        return Ok(());
    };
    let files = FOLDERS.iter().map(|folder| tests_in(&workspace.root().join(folder)));
    let files = files.collect::<Result<Vec<_>, _>>()?.concat();
    let hosts = Tools::install_hosts(workspace, &node).map_err(Failure::Tools)?;
    let pool = package::package_pool(workspace).map_err(Failure::Package)?;
    let core = pool.join("core.wasm");
    let mut command = node.test(&files);
    command.env(TOOLS, tools.home()).env(HOSTS, hosts.home()).env(CORE, core);
    run_in(workspace, &mut command)
}

/// The files with tests in a folder, in order. There are some.
fn tests_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let listed = entries(folder);
    let failure = |error| Failure::File { path: folder.to_path_buf(), error };
    let mut files = listed.map_err(failure)?;
    files.retain(|path| path.to_string_lossy().ends_with(ENDING));
    files.sort();
    let remedy = "a folder of tests has files whose names end with .test.js";
    if files.is_empty() {
        return Err(Failure::Missing { path: folder.to_path_buf(), remedy });
    }
    Ok(files)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_has_tests() {
        let workspace = Workspace::find().unwrap();
        for folder in FOLDERS {
            assert_ne!(
                tests_in(&workspace.root().join(folder)).unwrap(),
                [""; 0].map(PathBuf::from)
            );
        }
    }

    #[test]
    fn a_folder_without_tests_is_named() {
        let workspace = Workspace::find().unwrap();
        let error = tests_in(&workspace.root().join("worker/src")).unwrap_err().to_string();
        assert!(error.contains("worker/src"), "{error}");
    }
}
