//! The package.json of a built package: what npm and bundlers read.

use serde_json::{Value, json};

/// Describes the package `name`, whose pool is in `<glue>.js`.
///
/// Each of its files can be imported; types are found beside the code. The worker's script does
/// something when it is imported: a bundler that leaves out what is not used must be told.
pub(crate) fn manifest(name: &str, glue: &str) -> Value {
    let types = format!("./{glue}.d.ts");
    let glue = format!("./{glue}.js");
    json!({
        "name": name,
        "version": env!("CARGO_PKG_VERSION"),
        "license": env!("CARGO_PKG_LICENSE"),
        "type": "module",
        "main": glue,
        "types": types,
        "exports": { ".": glue, "./*": "./*" },
        "sideEffects": ["./worker.js"],
        // Not the compressed forms: who bundles makes others.
        "files": ["*.js", "*.ts", "*.wasm", "snippets"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_the_pool_and_the_worker_is_kept() {
        let manifest = manifest("an-app", "unjank");
        assert_eq!(manifest["exports"]["."], "./unjank.js");
        assert_eq!(manifest["types"], "./unjank.d.ts");
        assert_eq!(manifest["sideEffects"], json!(["./worker.js"]));
    }
}
