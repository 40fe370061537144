//! From a cdylib to a folder that any static host can serve, with a package for npm in it.
//!
//! ```text
//!  <out>/                  the pages, as they are in the sources
//!  <out>/pkg/              <name>.js, <name>_bg.wasm, .d.ts, worker.js, shell.js, package.json
//!  <out>/**/*.br, *.gz     beside each file that gets smaller
//! ```
//!
//! The folder is made beside its place and put there when it is whole: nothing of an earlier build
//! is left in it, and a failed build leaves the earlier one as it was.

use std::{
    error, fmt, fs, io,
    path::{Component, Path, PathBuf},
};

use crate::{
    command::{self, CommandError},
    compress, glue, manifest, optimise,
    progress::Progress,
    sizes::Table,
    toolchain::{self, TargetError, WASM_TARGET, wasm_cargo},
    tools::Tools,
    wasm,
    workspace::Workspace,
};

/// How the module is compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Fastest; functions have no names.
    #[default]
    Release,
    /// Smallest.
    Small,
    /// As fast, with names for the browser's profiler.
    Profiling,
}

impl Profile {
    /// The profile's name for cargo, which is also that of its folder.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Small => "small",
            Self::Profiling => "profiling",
        }
    }
}

/// What goes into a folder, and where it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The cargo package with the cdylib.
    pub package: &'static str,
    /// Relative to the workspace: the worker's entry, which becomes pkg/worker.js.
    pub worker: &'static str,
    /// Relative to the workspace: the folder whose files go to the top.
    pub pages: &'static str,
    /// The modules of its kernels, which a profiler shall show by name.
    pub kernels: &'static [&'static str],
}

/// The demo page.
pub const DEMO: Recipe = Recipe {
    package: "unjank-demo",
    worker: "demo/worker.js",
    pages: "www",
    kernels: &["gaussian_blur", "grayscale", "median", "sobel", "tone_curve"],
};

/// The kernels that go wrong on purpose, and the pages that the end-to-end tests open.
pub const FAULTS: Recipe = Recipe {
    package: "unjank-faults",
    worker: "e2e/faults/worker.js",
    pages: "e2e/faults/www",
    kernels: &[],
};

/// The filters without a pool, and the script that measures them in Node.js.
pub const FILTERS: Recipe = Recipe {
    package: "unjank-bench-filters",
    worker: "bench/filters/worker.js",
    pages: "bench/filters/node",
    kernels: &[],
};

/// One kernel that does next to nothing: what is left is the pool.
pub const TRIVIAL: Recipe = Recipe {
    package: "unjank-trivial",
    worker: "bench/trivial/worker.js",
    pages: "bench/trivial/www",
    kernels: &[],
};

/// The pool beside its peers: what the benchmark's page loads of ours.
pub const BENCH: Recipe = Recipe {
    package: "unjank-bench-module",
    worker: "bench/module/worker.js",
    pages: "bench/pages",
    kernels: &[],
};

/// Relative to the workspace: what each worker entry imports, which becomes pkg/shell.js.
const SHELL: &str = "worker/js/shell.js";

impl Recipe {
    /// The name of the glue: `unjank_demo` for `unjank-demo`.
    #[must_use]
    pub fn library(&self) -> String {
        self.package.replace('-', "_")
    }

    /// Fails at once for what would be missed only after a long compilation.
    fn check(&self, root: &Path) -> Result<(), PackageError> {
        let wanted = [self.worker, self.pages, SHELL].map(|path| root.join(path));
        match wanted.into_iter().find(|path| !path.exists()) {
            Some(path) => Err(PackageError::Missing(path)),
            None => Ok(()),
        }
    }
}

/// Why there is no package.
#[derive(Debug)]
#[non_exhaustive]
pub enum PackageError {
    /// A source file or folder is not there.
    Missing(PathBuf),
    /// The folder asked for is not inside cargo's output folder, and it would be deleted.
    OutsideTarget(PathBuf),
    /// The wasm32 target is not there.
    Target(TargetError),
    /// The code does not compile.
    Compile(CommandError),
    /// The package compiled to no .wasm file.
    NoModule(&'static str),
    /// A profiling build in which none of a kernel's functions has a name.
    Nameless(&'static str),
    /// The glue generator refused the module.
    Glue(String),
    /// A file can't be read or written.
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for PackageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => {
                write!(f, "{} is missing: restore it from version control", path.display())
            }
            Self::OutsideTarget(path) => write!(
                f,
                "{} would be deleted first: choose a folder inside cargo's output folder",
                path.display()
            ),
            Self::Target(error) => error.fmt(f),
            Self::Compile(error) => error.fmt(f),
            Self::NoModule(package) => write!(
                f,
                "{package} compiled to no .wasm file: give its [lib] crate-type = [\"cdylib\", \
                 \"rlib\"]"
            ),
            Self::Nameless(kernel) => write!(
                f,
                "a profiler would show no function of {kernel}: see that every step keeps names"
            ),
            Self::Glue(said) => write!(f, "wasm-bindgen refused the module: {said}"),
            Self::File { path, error } => write!(
                f,
                "{}: {error}: check that the disk has room and the folder may be written",
                path.display()
            ),
        }
    }
}

impl error::Error for PackageError {}

/// Builds `recipe` into `out`, announcing each step, and prints the sizes.
///
/// `out` is remade from nothing; it must lie inside cargo's output folder.
///
/// # Errors
/// [`PackageError`]; `out` is then as it was.
pub fn package(
    workspace: &Workspace,
    recipe: &Recipe,
    profile: Profile,
    out: &Path,
) -> Result<(), PackageError> {
    if !is_inside(workspace.target(), out) {
        return Err(PackageError::OutsideTarget(out.to_path_buf()));
    }
    recipe.check(workspace.root())?;
    let mut progress = Progress::new(7);
    progress.quiet(&format!("checking for {WASM_TARGET}"), || {
        toolchain::ensure_wasm_target().map_err(PackageError::Target)
    })?;
    let compiled = progress
        .shown(&format!("building {} for wasm32 ({})", recipe.package, profile.name()), || {
            compile(workspace, recipe, profile)
        })?;
    let staged = compress::with_ending(out, "partial");
    assemble(workspace, recipe, profile, &compiled, &staged, &mut progress)?;
    remove(out)?;
    at(out, fs::rename(&staged, out))?;
    println!("{} is ready in {}", recipe.package, progress.elapsed());
    Ok(())
}

fn is_inside(folder: &Path, path: &Path) -> bool {
    path.strip_prefix(folder).is_ok_and(|rest| {
        let mut names = rest.components().peekable();
        names.peek().is_some() && names.all(|name| matches!(name, Component::Normal(_)))
    })
}

/// Everything after the compiler, into `staged`.
fn assemble(
    workspace: &Workspace,
    recipe: &Recipe,
    profile: Profile,
    compiled: &Path,
    staged: &Path,
    progress: &mut Progress,
) -> Result<(), PackageError> {
    remove(staged)?;
    let pkg = staged.join("pkg");
    progress.quiet("copying pages and worker scripts", || {
        copy_folder(&workspace.root().join(recipe.pages), staged)?;
        at(&pkg, fs::create_dir_all(&pkg))?;
        copy_file(&workspace.root().join(recipe.worker), &pkg.join("worker.js"))?;
        copy_file(&workspace.root().join(SHELL), &pkg.join("shell.js"))?;
        let manifest = manifest::manifest(recipe.package, &recipe.library());
        at(&pkg, fs::write(pkg.join("package.json"), format!("{manifest:#}\n")))
    })?;
    let module = progress.quiet("generating the JavaScript glue", || {
        glue::generate(compiled, &recipe.library(), profile, &pkg).map_err(PackageError::Glue)
    })?;
    let tools = progress
        .quiet("looking for wasm-opt", || Ok::<_, PackageError>(Tools::install(workspace)))?;
    let optimised = progress.quiet("optimising the module", || {
        at(&module, optimise::optimise(&module, profile, tools.as_ref()))
    })?;
    println!("      {optimised}");
    if profile == Profile::Profiling {
        let bytes = at(&module, fs::read(&module))?;
        expect_names(recipe, &bytes)?;
    }
    let sizes = progress
        .quiet("compressing for the wire", || at(staged, compress::precompress(staged, profile)))?;
    println!("{}", Table(sizes));
    Ok(())
}

/// Stripping is easily done, and noticed by whoever has something to find.
fn expect_names(recipe: &Recipe, module: &[u8]) -> Result<(), PackageError> {
    let names = wasm::function_names(module)
        .map_err(|error| PackageError::Glue(format!("its names: {error}")))?;
    let named = |kernel: &&&str| names.iter().any(|name| name.contains(&format!("::{kernel}::")));
    match recipe.kernels.iter().find(|kernel| !named(kernel)) {
        Some(kernel) => Err(PackageError::Nameless(kernel)),
        None => Ok(()),
    }
}

fn compile(
    workspace: &Workspace,
    recipe: &Recipe,
    profile: Profile,
) -> Result<PathBuf, PackageError> {
    let mut command = wasm_cargo();
    command
        .args(["build", "--profile", profile.name(), "--target", WASM_TARGET])
        .args(["--package", recipe.package, "--lib"])
        .current_dir(workspace.root());
    command::run(&mut command).map_err(PackageError::Compile)?;
    let folder = workspace.target().join(WASM_TARGET).join(profile.name());
    let module = folder.join(format!("{}.wasm", recipe.library()));
    if module.is_file() { Ok(module) } else { Err(PackageError::NoModule(recipe.package)) }
}

pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), PackageError> {
    at(to, fs::create_dir_all(to))?;
    for entry in at(from, fs::read_dir(from))? {
        let entry = at(from, entry)?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &copy)?;
        } else {
            copy_file(&source, &copy)?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<(), PackageError> {
    at(from, fs::copy(from, to)).map(|_bytes| ())
}

pub(crate) fn remove(folder: &Path) -> Result<(), PackageError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => at(folder, Err(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

pub(crate) fn at<T>(path: &Path, outcome: io::Result<T>) -> Result<T, PackageError> {
    outcome.map_err(|error| PackageError::File { path: path.to_path_buf(), error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm::samples::{EXPORTS_F, NAMED};

    #[test]
    fn a_folder_outside_cargos_output_is_never_deleted() {
        let workspace = Workspace::at("/source", "/source/target");
        for out in ["/source", "/source/target", "/source/target/../src", "/elsewhere/site"] {
            let error = package(&workspace, &DEMO, Profile::Release, Path::new(out)).unwrap_err();
            assert!(matches!(error, PackageError::OutsideTarget(_)), "{out}: {error}");
        }
    }

    #[test]
    fn a_missing_source_is_named_before_anything_is_compiled() {
        let workspace = Workspace::at("/no/such/source", "/no/such/target");
        let error = package(&workspace, &DEMO, Profile::Release, &workspace.site()).unwrap_err();
        assert!(error.to_string().contains("worker.js is missing"), "{error}");
    }

    #[test]
    fn a_profiling_build_without_the_names_of_a_kernel_is_refused() {
        let about = |kernels: &'static [&'static str], module| {
            expect_names(&Recipe { kernels, ..DEMO }, module).map_err(|error| error.to_string())
        };
        // Its one function is `a::b`.
        assert!(about(&["b"], NAMED).unwrap_err().contains("no function of b"));
        assert!(about(DEMO.kernels, EXPORTS_F).unwrap_err().contains("gaussian_blur"));
        assert_eq!(about(&[], EXPORTS_F), Ok(()));
    }

    #[test]
    fn the_glue_is_named_after_the_package() {
        assert_eq!(DEMO.library(), "unjank_demo");
        assert_eq!(FAULTS.library(), "unjank_faults");
    }
}
