//! Peers from npm, in the versions that `bench/package.json` pins.

use std::{
    fs,
    path::{Path, PathBuf},
};

use unjank_cli::{
    command, compress,
    files::{at, copy_folder, remove},
    profile::Profile,
};

use super::{Absent, BenchError};
use crate::{node::Node, workspace::Workspace};

/// Relative to the workspace: the folder with package.json and its lock file.
const PEERS: &str = "bench";

/// What npm reads.
const LISTS: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// A contender, its folder below `vendor`, and what it loads of its package.
struct Peer {
    name: &'static str,
    package: &'static str,
    files: &'static [&'static str],
}

const ALL: [Peer; 5] = [
    Peer { name: "comlink", package: "comlink", files: &["dist/esm/comlink.min.mjs"] },
    Peer {
        name: "workerpool",
        package: "workerpool",
        files: &["dist/workerpool.min.js", "dist/worker.min.js"],
    },
    Peer { name: "vips", package: "wasm-vips", files: &["lib/vips-es6.js", "lib/vips.wasm"] },
    Peer { name: "opencv", package: "@techstark/opencv-js", files: &["dist/opencv.js"] },
    Peer {
        name: "photon",
        package: "@silvia-odwyer/photon",
        files: &["photon_rs_bg.js", "photon_rs_bg.wasm"],
    },
];

/// Installs them and puts what they load into `vendor`; says which are left out.
pub(super) fn install(workspace: &Workspace, vendor: &Path) -> Result<Absent, BenchError> {
    let kept = workspace.bench().join("npm");
    let (lists, gathered) = (workspace.root().join(PEERS), kept.join("vendor"));
    if !is_current(&lists, &kept) {
        let Some(node) = Node::find() else {
            return Ok(all_absent("install Node.js with npm to have it"));
        };
        lay_out(&lists, &kept)?;
        if let Err(error) = command::run(&mut node.install(&kept)) {
            return Ok(all_absent(&error.to_string()));
        }
        gather(&kept.join("node_modules"), &gathered)?;
        println!("compressing the peers, once: this takes some minutes");
        at(&gathered, compress::precompress(&gathered, Profile::Release))?;
        at(&kept, fs::write(stamp(&kept), at(&lists, fs::read(lists.join("package-lock.json")))?))?;
    }
    copy_folder(&gathered, vendor, &[])?;
    Ok(Absent::new())
}

/// Written last, with the lock file of what is gathered: what is not whole has none.
fn stamp(kept: &Path) -> PathBuf {
    kept.join("gathered")
}

fn is_current(lists: &Path, kept: &Path) -> bool {
    let lock = fs::read(lists.join("package-lock.json")).ok();
    lock.is_some() && lock == fs::read(stamp(kept)).ok()
}

fn all_absent(why: &str) -> Absent {
    ALL.iter().map(|peer| (peer.name.to_owned(), why.to_owned())).collect()
}

fn lay_out(lists: &Path, kept: &Path) -> Result<(), BenchError> {
    remove(kept)?;
    at(kept, fs::create_dir_all(kept))?;
    for list in LISTS {
        at(kept, fs::copy(lists.join(list), kept.join(list)))?;
    }
    Ok(())
}

/// Copies each peer's files into a folder of its package's last name.
fn gather(modules: &Path, gathered: &Path) -> Result<(), BenchError> {
    for Peer { package, files, .. } in ALL {
        let folder = gathered.join(package.rsplit('/').next().unwrap_or(package));
        at(&folder, fs::create_dir_all(&folder))?;
        for file in files {
            let from = modules.join(package).join(file);
            let name = from.file_name().unwrap_or_default();
            at(&from, fs::copy(&from, folder.join(name)))?;
        }
    }
    let glue = gathered.join("photon/photon_rs_bg.js");
    let bundled = at(&glue, fs::read_to_string(&glue))?.replacen(PHOTON_IMPORT, PHOTON_SETTER, 1);
    Ok(at(&glue, fs::write(&glue, bundled))?)
}

/// Photon's glue imports its module as a bundler lets it. The page instantiates the module instead.
const PHOTON_IMPORT: &str = "import * as wasm from './photon_rs_bg.wasm';";
const PHOTON_SETTER: &str = "let wasm; export const setWasm = (exports) => { wasm = exports; };";

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(name: &str) -> Value {
        let path = Workspace::find().unwrap().root().join(PEERS).join(name);
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn every_peer_is_pinned_and_no_registry_is_named() {
        let (manifest, lock) = (read("package.json"), read("package-lock.json"));
        for Peer { package, .. } in ALL {
            let version = manifest["dependencies"][package].as_str().unwrap();
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{package}");
            let locked = &lock["packages"][format!("node_modules/{package}")];
            assert_eq!(locked["version"], version, "{package}");
            assert!(locked["resolved"].is_null(), "{package}");
        }
    }

    #[test]
    fn without_npm_all_are_left_out_with_the_reason() {
        let absent = all_absent("no npm");
        assert_eq!(absent.len(), ALL.len());
        assert!(absent.values().all(|why| why == "no npm"));
    }
}
