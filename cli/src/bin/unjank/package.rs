//! The package for npm with a kernel module: the module, where it is, and its types.

use std::{fs, path::Path};

use serde_json::json;
use unjank_cli::files::{FileError, at};
use unjank_host::check::Docs;
use unjank_protocol::Description;

use crate::{declarations::declarations, project::Project};

/// The module, within the package.
pub(crate) const MODULE: &str = "kernels.wasm";

/// What says where the module is.
pub(crate) const SCRIPT: &str = "index.js";

/// How each script of ours begins: by this a folder is known that may be replaced.
pub(crate) const MARK: &str = "// Made by `unjank build`";

/// Bundlers look for `new URL` with a text, and `import.meta.url`.
const SCRIPT_TEXT: &str = "\
// Made by `unjank build`: changes are lost.
export const kernels = new URL('./kernels.wasm', import.meta.url);
";

/// Writes all of the package but the module.
pub(crate) fn write(
    folder: &Path,
    project: &Project,
    description: &Description,
    docs: &Docs,
) -> Result<(), FileError> {
    let files = [
        ("package.json", manifest(project)),
        (SCRIPT, SCRIPT_TEXT.to_owned()),
        ("index.d.ts", declarations(description, docs)),
    ];
    files.into_iter().try_for_each(|(name, text)| {
        let path = folder.join(name);
        at(&path, fs::write(&path, text))
    })
}

/// What npm and bundlers read. It is written as text because of the order: who looks for `types` takes the first
/// entry that fits.
fn manifest(project: &Project) -> String {
    let Project { name, version, description, license, .. } = project;
    let said = [("description", description), ("license", license)];
    let said = said.map(|(key, value)| match value {
        Some(value) => format!("  \"{key}\": {},\n", json!(value)),
        None => String::new(),
    });
    format!(
        r#"{{
  "name": {name},
  "version": {version},
{said}  "type": "module",
  "sideEffects": false,
  "exports": {{
    ".": {{
      "types": "./index.d.ts",
      "default": "./{SCRIPT}"
    }},
    "./{MODULE}": "./{MODULE}",
    "./package.json": "./package.json"
  }},
  "files": ["index.d.ts", "{SCRIPT}", "{MODULE}"],
  "peerDependencies": {{
    "unjank": "^{pool}"
  }}
}}
"#,
        name = json!(name),
        version = json!(version),
        said = said.concat(),
        pool = env!("CARGO_PKG_VERSION"),
    )
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_package_has_the_crates_name_and_says_where_all_is() {
        let project = Project {
            name: "photo-kernels".into(),
            library: "photo_kernels".into(),
            version: "1.2.3".into(),
            description: None,
            license: Some("MIT".into()),
            folder: PathBuf::new(),
            root: PathBuf::new(),
            target: PathBuf::new(),
            sources: Vec::new(),
            pages: None,
        };
        let text = manifest(&project);
        assert!(text.find("types") < text.find("default"), "{text}");
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&manifest["name"], &manifest["license"]),
            (&json!("photo-kernels"), &json!("MIT"))
        );
        assert_eq!(manifest["exports"]["./kernels.wasm"], "./kernels.wasm");
        assert_eq!(manifest.get("description"), None);
    }

    #[test]
    fn what_it_writes_it_knows_again() {
        assert!(SCRIPT_TEXT.starts_with(MARK));
        assert!(SCRIPT_TEXT.contains(MODULE));
    }
}
