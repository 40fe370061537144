//! What goes into the folders that are built, and where it is found.

use std::path::{Path, PathBuf};

/// What goes into a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The cargo package with the kernels, which also names the package for npm.
    pub package: &'static str,
    /// What that package compiles to.
    pub form: Form,
    /// The folders whose files go to the top, or below it.
    pub pages: &'static [Pages],
    /// The modules of its kernels, which a profiler shall show by name.
    pub kernels: &'static [&'static str],
}

/// What the package with the kernels compiles to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A plain module, as `protocol/ABI.md` has it.
    Plain,
    /// A module made by wasm-bindgen: it lies in `pkg` with its glue.
    Glue {
        /// Relative to the workspace: the entry of its workers, which becomes pkg/worker.js.
        worker: &'static str,
    },
}

/// A folder that is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    /// Relative to the workspace.
    pub from: &'static str,
    /// Relative to the site; empty for its top.
    pub to: &'static str,
    /// The endings of the files that are copied; empty for all.
    pub endings: &'static [&'static str],
}

impl Pages {
    /// All files of a folder, to the top.
    const fn of(from: &'static str) -> Self {
        Self { from, to: "", endings: &[] }
    }
}

/// The demo page.
pub const DEMO: Recipe = Recipe {
    package: "unjank-demo",
    form: Form::Plain,
    pages: &[Pages::of("www")],
    kernels: &["crop", "gaussian_blur", "grayscale", "median", "shrink", "sobel", "tone_curve"],
};

/// The kernels that go wrong on purpose, the modules that break the interface, and the pages that the
/// end-to-end tests open.
pub const FAULTS: Recipe = Recipe {
    package: "unjank-faults",
    form: Form::Plain,
    pages: &[
        Pages::of("e2e/faults/www"),
        Pages { from: "protocol/golden", to: "golden", endings: &["wasm", "json"] },
    ],
    kernels: &[],
};

/// The same for the engine that runs modules made by wasm-bindgen, with callers in Rust.
pub const FAULTS_GLUE: Recipe = Recipe {
    package: "unjank-faults-glue",
    form: Form::Glue { worker: "e2e/faults-glue/worker.js" },
    pages: &[Pages::of("e2e/faults-glue/www")],
    kernels: &[],
};

/// One kernel that does next to nothing: what is left is the pool.
pub const TRIVIAL: Recipe = Recipe {
    package: "unjank-trivial",
    form: Form::Plain,
    pages: &[Pages::of("bench/trivial/www")],
    kernels: &[],
};

/// The pool beside its peers: what the benchmark's page loads of ours.
pub const BENCH: Recipe = Recipe {
    package: "unjank-bench-module",
    form: Form::Plain,
    pages: &[Pages::of("bench/pages")],
    kernels: &[],
};

impl Recipe {
    /// The cargo packages that are compiled: the kernels, and what decides in the pool.
    #[must_use]
    pub fn packages(&self) -> Vec<&'static str> {
        vec![self.package, super::npm::CORE]
    }

    /// The name of the library with the kernels: `unjank_demo` for `unjank-demo`.
    #[must_use]
    pub fn library(&self) -> String {
        self.package.replace('-', "_")
    }

    /// Which file of `pkg` has the kernels.
    #[must_use]
    pub fn kernels_file(&self) -> String {
        match self.form {
            Form::Plain => "kernels.wasm".to_owned(),
            Form::Glue { .. } => format!("{}_bg.wasm", self.library()),
        }
    }

    /// The first file or folder of the sources that is wanted and is not there.
    pub(crate) fn missing(&self, root: &Path) -> Option<PathBuf> {
        let worker = match self.form {
            Form::Plain => None,
            Form::Glue { worker } => Some(worker),
        };
        let pages = self.pages.iter().map(|pages| pages.from);
        worker.into_iter().chain(pages).map(|path| root.join(path)).find(|path| !path.exists())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_named_by_their_form() {
        assert_eq!(DEMO.kernels_file(), "kernels.wasm");
        assert_eq!(FAULTS_GLUE.kernels_file(), "unjank_faults_glue_bg.wasm");
    }

    #[test]
    fn what_is_missing_is_told() {
        let missing = FAULTS_GLUE.missing(Path::new("/no/such/source"));
        assert!(missing.is_some_and(|path| path.ends_with("e2e/faults-glue/worker.js")));
    }
}
