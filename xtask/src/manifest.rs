//! The package.json of a built package: what npm and bundlers read.

use serde_json::{Value, json};

/// Describes the package `name`, whose glue is `<library>.js`.
///
/// Each of its files can be imported; types are found beside the code. The worker's entry does
/// something when it is imported: a bundler that leaves out what is not used must be told.
pub(crate) fn manifest(name: &str, library: &str) -> Value {
    let glue = format!("./{library}.js");
    json!({
        "name": name,
        "version": env!("CARGO_PKG_VERSION"),
        "license": env!("CARGO_PKG_LICENSE"),
        "type": "module",
        "main": glue,
        "types": format!("./{library}.d.ts"),
        "exports": { ".": glue, "./*": "./*" },
        "sideEffects": ["./worker.js"],
        // Not the compressed forms: who bundles makes others.
        "files": ["*.js", "*.ts", "*.wasm"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_the_glue_and_the_worker_is_kept() {
        let manifest = manifest("an-app", "an_app");
        assert_eq!(manifest["exports"]["."], "./an_app.js");
        assert_eq!(manifest["sideEffects"], json!(["./worker.js"]));
    }
}
