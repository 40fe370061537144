//! The apps, and where each bundler puts what it makes.

use std::{fs, path::Path};

use serde_json::Value;

/// An app of the folder `examples`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct App {
    /// Its folder.
    pub(crate) name: &'static str,
    /// What bundles it; none for the apps without a bundler.
    pub(crate) bundler: Option<&'static str>,
    /// What is served of its folder.
    pub(crate) output: &'static str,
}

pub(crate) const VITE: App = App { name: "vite", bundler: Some("vite"), output: "dist" };

/// Its pool comes from another origin.
pub(crate) const CDN: App = App { name: "cdn", bundler: None, output: "." };

/// Apps for hosts that confine their pages: `confined.rs` opens them.
pub(crate) const CONFINED: [&str; 2] = ["extension", "single"];

/// Their pages are rendered by a server, or when they are built; what is in them is components.
pub(crate) const HOSTS: [App; 2] = [NEXT, SVELTEKIT];
pub(crate) const NEXT: App = App { name: "next", bundler: Some("next"), output: ".next" };
pub(crate) const SVELTEKIT: App =
    App { name: "sveltekit", bundler: Some("@sveltejs/kit"), output: "build/static" };

pub(crate) const APPS: [App; 7] = [
    VITE,
    App { name: "webpack", bundler: Some("webpack"), output: "dist" },
    App { name: "rspack", bundler: Some("@rspack/core"), output: "dist" },
    App { name: "rollup", bundler: Some("rollup"), output: "dist" },
    App { name: "parcel", bundler: Some("parcel"), output: "dist" },
    App { name: "esbuild", bundler: Some("esbuild"), output: "dist" },
    App { name: "plain", bundler: None, output: "." },
];

/// These work wherever on a site they lie. To make the others for a folder is a setting of their bundlers.
pub(crate) const MOVABLE: [&str; 5] = ["webpack", "rspack", "rollup", "esbuild", "plain"];

impl App {
    /// Which version of its bundler is installed.
    pub(crate) fn version(&self, examples: &Path) -> String {
        let Some(bundler) = self.bundler else { return "-".into() };
        let manifest = examples.join(self.name).join("node_modules").join(bundler);
        let manifest = fs::read(manifest.join("package.json")).expect("a bundler is installed");
        let manifest: Value = serde_json::from_slice(&manifest).expect("a package.json");
        manifest["version"].as_str().expect("a version").to_owned()
    }
}
