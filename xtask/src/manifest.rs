//! The package.json of a package with a kernel module: what npm and bundlers read.

use serde_json::{Map, Value, json};

/// Describes the package `name`: each of `files` can be imported.
pub(crate) fn manifest(name: &str, files: &[String]) -> Value {
    let exports = files.iter().map(|file| format!("./{file}"));
    let exports: Map<String, Value> = exports.map(|file| (file.clone(), file.into())).collect();
    json!({
        "name": name,
        "version": env!("CARGO_PKG_VERSION"),
        "license": env!("CARGO_PKG_LICENSE"),
        "type": "module",
        "exports": exports,
        "files": files,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_imported_by_their_file() {
        let manifest = manifest("an-app", &["kernels.wasm".into()]);
        assert_eq!(manifest["exports"]["./kernels.wasm"], "./kernels.wasm");
    }
}
