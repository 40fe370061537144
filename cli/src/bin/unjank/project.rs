//! The crate whose kernels are built.

use std::{
    error, fmt,
    path::{Path, PathBuf},
};

use serde_json::Value;
use unjank_cli::command::{self, CommandError};

/// The crate whose kernels are built, and what cargo says of where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Project {
    /// Its name for cargo, and that of its package for npm.
    pub(crate) name: String,
    /// The name of its library.
    pub(crate) library: String,
    pub(crate) version: String,
    pub(crate) description: Option<String>,
    pub(crate) license: Option<String>,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// The folder of its workspace.
    pub(crate) root: PathBuf,
    /// Cargo's output folder.
    pub(crate) target: PathBuf,
    /// What its workspace is built of: files, and folders.
    pub(crate) sources: Vec<PathBuf>,
    /// The pages of the site that is built with it, below `root`: `workspace.metadata.unjank.site`.
    pub(crate) pages: Option<PathBuf>,
}

/// Why there is nothing to build.
#[derive(Debug)]
pub(crate) enum ProjectError {
    /// Cargo knows of none.
    Cargo(CommandError),
    /// None compiles to a module.
    NoModule,
    /// Some do.
    Several(Vec<String>),
    /// None of that name does.
    Unknown { name: String, modules: Vec<String> },
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cargo(CommandError::Failed { said, .. }) => {
                write!(f, "there is no crate here to build: {}", said.trim_start_matches("error: "))
            }
            Self::Cargo(error) => error.fmt(f),
            Self::NoModule => f.write_str(
                "no crate here compiles to a module: give its [lib] crate-type = [\"cdylib\", \"rlib\"]",
            ),
            Self::Several(modules) => {
                write!(f, "several crates here compile to modules: choose with --package of {}", modules.join(", "))
            }
            Self::Unknown { name, modules } => {
                write!(f, "no crate `{name}` here compiles to a module: choose of {}", modules.join(", "))
            }
        }
    }
}

impl error::Error for ProjectError {}

impl Project {
    /// The one in this folder or its workspace, by name if one is given.
    pub(crate) fn find(folder: &Path, name: Option<&str>) -> Result<Self, ProjectError> {
        let metadata = command::metadata(folder).map_err(ProjectError::Cargo)?;
        Self::of(&metadata, folder, name)
    }

    /// The same, by what cargo says.
    fn of(metadata: &Value, folder: &Path, name: Option<&str>) -> Result<Self, ProjectError> {
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let mut modules: Vec<_> = packages.filter_map(|it| Self::module(metadata, it)).collect();
        let names: Vec<_> = modules.iter().map(|module| module.name.clone()).collect();
        let chosen = match name {
            Some(name) => {
                modules.iter().position(|module| module.name == name).ok_or_else(|| {
                    ProjectError::Unknown { name: name.to_owned(), modules: names.clone() }
                })?
            }
            None if modules.len() == 1 => 0,
            None => modules.iter().position(|module| module.folder == folder).ok_or(
                if names.is_empty() {
                    ProjectError::NoModule
                } else {
                    ProjectError::Several(names)
                },
            )?,
        };
        Ok(modules.swap_remove(chosen))
    }

    /// A package that compiles to a module.
    fn module(metadata: &Value, package: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let compiles = |target: &&Value| {
            let kinds = target["crate_types"].as_array();
            kinds.into_iter().flatten().any(|kind| kind == "cdylib")
        };
        let library = package["targets"].as_array()?.iter().find(compiles)?;
        let root = PathBuf::from(metadata["workspace_root"].as_str()?);
        let pages = metadata["metadata"]["unjank"]["site"].as_str().map(|site| root.join(site));
        Some(Self {
            name: text(&package["name"])?,
            library: text(&library["name"])?.replace('-', "_"),
            version: text(&package["version"])?,
            description: text(&package["description"]),
            license: text(&package["license"]),
            folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_path_buf(),
            target: PathBuf::from(metadata["target_directory"].as_str()?),
            sources: sources(metadata),
            root,
            pages,
        })
    }
}

/// What a build of a workspace is made of: the manifests, and the folders with the sources.
fn sources(metadata: &Value) -> Vec<PathBuf> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut sources: Vec<_> = packages.flat_map(sources_of).collect();
    let root = metadata["workspace_root"].as_str().map(|root| Path::new(root).join("Cargo.toml"));
    sources.extend(root);
    sources.sort();
    sources.dedup();
    sources
}

/// What is built lies in a package's folder too: of a source right in that only the file is meant.
fn sources_of(package: &Value) -> Vec<PathBuf> {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    let targets = package["targets"].as_array().into_iter().flatten();
    let built = targets.filter(|target| {
        let mut kinds = target["kind"].as_array().into_iter().flatten().filter_map(Value::as_str);
        kinds.all(|kind| !["bench", "example", "test"].contains(&kind))
    });
    let files = built.filter_map(|target| target["src_path"].as_str()).map(Path::new);
    let source = |file: &Path| match file.parent() {
        Some(folder) if Some(folder) != manifest.parent() => folder.to_path_buf(),
        Some(_) | None => file.to_path_buf(),
    };
    files.map(source).chain([manifest.to_path_buf()]).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workspace(packages: &[(&str, &str)]) -> Value {
        let package = |&(name, kind): &(&str, &str)| {
            json!({
                "name": name, "version": "1.2.3", "license": "MIT", "description": null,
                "manifest_path": format!("/w/{name}/Cargo.toml"),
                "targets": [
                    { "name": name, "crate_types": [kind], "kind": [kind], "src_path": format!("/w/{name}/src/lib.rs") },
                    { "name": "build", "kind": ["custom-build"], "src_path": format!("/w/{name}/build.rs") },
                    { "name": "speed", "kind": ["bench"], "src_path": format!("/w/{name}/benches/speed.rs") },
                ],
            })
        };
        let packages: Vec<_> = packages.iter().map(package).collect();
        json!({
            "packages": packages, "workspace_root": "/w", "target_directory": "/w/target",
            "metadata": { "unjank": { "site": "www" } },
        })
    }

    fn found(
        packages: &[(&str, &str)],
        folder: &str,
        name: Option<&str>,
    ) -> Result<String, String> {
        let project = Project::of(&workspace(packages), Path::new(folder), name);
        project.map(|project| project.name).map_err(|error| error.to_string())
    }

    #[test]
    fn the_only_module_is_meant_wherever_one_stands() {
        let packages = [("app", "bin"), ("a-kernels", "cdylib")];
        let project = Project::of(&workspace(&packages), Path::new("/w"), None).unwrap();
        assert_eq!((project.name.as_str(), project.library.as_str()), ("a-kernels", "a_kernels"));
        assert_eq!(project.pages, Some(PathBuf::from("/w/www")));
        let watched = ["Cargo.toml", "a/Cargo.toml", "a/build.rs", "a/src"];
        let project = Project::of(&workspace(&[("a", "cdylib")]), Path::new("/w"), None).unwrap();
        assert_eq!(project.sources, watched.map(|path| Path::new("/w").join(path)));
    }

    #[test]
    fn of_several_the_one_of_the_folder_or_of_the_name_is_meant() {
        let packages = [("a", "cdylib"), ("b", "cdylib")];
        assert_eq!(found(&packages, "/w/b", None), Ok("b".into()));
        assert_eq!(found(&packages, "/w/b", Some("a")), Ok("a".into()));
        assert!(found(&packages, "/w", None).unwrap_err().contains("--package of a, b"));
        assert!(found(&packages, "/w", Some("c")).unwrap_err().contains("no crate `c`"));
    }

    #[test]
    fn a_crate_that_is_no_module_is_told_how_to_become_one() {
        assert!(found(&[("a", "lib")], "/w/a", None).unwrap_err().contains("crate-type"));
    }
}
