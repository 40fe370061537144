//! From cargo's modules to a folder that any static host can serve, with a package for npm in it.
//!
//! ```text
//!  <out>/                  the pages, as they are in the sources
//!  <out>/pkg/              unjank.js, unjank_bg.wasm, .d.ts: the pool
//!  <out>/pkg/              kernels.wasm, and worker.js, which serves it in a worker
//!  <out>/pkg/              alone.js, which runs it on a page; shell.js, package.json
//!  <out>/**/*.br, *.gz     beside each file that gets smaller
//! ```
//!
//! Kernels that need JavaScript are in one module with the pool, which has its own name; their worker
//! is the application's script, which takes `serve` from shell.js.
//!
//! The folder is made beside its place and put there when it is whole: nothing of an earlier build
//! is left in it, and a failed build leaves the earlier one as it was.

mod error;
mod files;
mod recipe;

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

pub(crate) use self::files::{at, copy_folder, remove};
pub use self::{
    error::PackageError,
    recipe::{BENCH, DEMO, FAULTS, FAULTS_GLUE, Form, Pages, Recipe, TRIVIAL},
};
use crate::{
    command, compress, glue, join, manifest, optimise,
    profile::Profile,
    progress::Progress,
    sizes::Table,
    toolchain::{self, WASM_TARGET, wasm_cargo},
    tools::Tools,
    wasm,
    workspace::Workspace,
};

/// Relative to the workspace: what the workers' scripts are joined out of.
const SCRIPTS: &str = "worker/js";

/// Relative to the workspace: the types of these scripts.
const TYPES: &str = "worker/types";

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
    // What would be missed only after a long compilation.
    if let Some(path) = recipe.missing(workspace.root()) {
        return Err(PackageError::Missing(path));
    }
    let mut progress = Progress::new(7);
    progress.quiet(&format!("checking for {WASM_TARGET}"), || {
        toolchain::ensure(WASM_TARGET).map_err(PackageError::Target)
    })?;
    let staged = compress::with_ending(out, "partial");
    let build = Build { workspace, recipe, profile, staged: &staged };
    let what = recipe.packages().join(" and ");
    progress
        .shown(&format!("building {what} for wasm32 ({})", profile.name()), || build.compile())?;
    build.assemble(&mut progress)?;
    remove(out)?;
    at(out, fs::rename(&staged, out))?;
    eprintln!("{} is ready in {}", recipe.package, progress.elapsed());
    Ok(())
}

fn is_inside(folder: &Path, path: &Path) -> bool {
    path.strip_prefix(folder).is_ok_and(|rest| {
        let mut names = rest.components().peekable();
        names.peek().is_some() && names.all(|name| matches!(name, Component::Normal(_)))
    })
}

/// One run of [`package`].
#[derive(Debug)]
struct Build<'b> {
    workspace: &'b Workspace,
    recipe: &'b Recipe,
    profile: Profile,
    /// Where the folder is made.
    staged: &'b Path,
}

impl Build<'_> {
    fn compile(&self) -> Result<(), PackageError> {
        let mut command = wasm_cargo();
        command.args(["build", "--profile", self.profile.name(), "--target", WASM_TARGET, "--lib"]);
        command.args(self.recipe.packages().iter().flat_map(|package| ["--package", package]));
        command.current_dir(self.workspace.root());
        command::run(&mut command).map_err(PackageError::Compile)
    }

    /// The module that cargo has made of a library.
    fn compiled(&self, library: &str) -> Result<PathBuf, PackageError> {
        let folder = self.workspace.target().join(WASM_TARGET).join(self.profile.name());
        let module = folder.join(format!("{library}.wasm"));
        let module = module.is_file().then_some(module);
        module.ok_or(PackageError::NoModule(self.recipe.package))
    }

    /// Everything after the compiler.
    fn assemble(&self, progress: &mut Progress) -> Result<(), PackageError> {
        remove(self.staged)?;
        progress.quiet("copying pages and scripts", || self.copy())?;
        let modules = progress.quiet("generating the JavaScript glue", || self.modules())?;
        let tools = progress.quiet("looking for wasm-opt", || {
            Ok::<_, PackageError>(Tools::install(self.workspace))
        })?;
        let optimised = progress.quiet("optimising the modules", || {
            let optimise = |module: &PathBuf| {
                at(module, optimise::optimise(module, self.profile, tools.as_ref()))
            };
            modules.iter().map(optimise).collect::<Result<Vec<_>, _>>()
        })?;
        optimised.iter().for_each(|optimised| eprintln!("      {optimised}"));
        if self.profile.keeps_names() {
            let kernels = self.pkg().join(self.recipe.kernels_file());
            expect_names(self.recipe, &at(&kernels, fs::read(&kernels))?)?;
        }
        let sizes = progress.quiet("compressing for the wire", || {
            at(self.staged, compress::precompress(self.staged, self.profile))
        })?;
        eprintln!("{}", Table(sizes));
        Ok(())
    }

    fn pkg(&self) -> PathBuf {
        self.staged.join("pkg")
    }

    /// All that is not compiled.
    fn copy(&self) -> Result<(), PackageError> {
        let (root, pkg) = (self.workspace.root(), self.pkg());
        for Pages { from, to, endings } in self.recipe.pages {
            copy_folder(&root.join(from), &self.staged.join(to), endings)?;
        }
        at(&pkg, fs::create_dir_all(&pkg))?;
        self.join("shell.js", join::Form::Module)?;
        match self.recipe.form {
            Form::Plain => {
                self.join("worker.js", join::Form::Script)?;
                self.join("alone.js", join::Form::Module)?;
            }
            Form::Glue { worker } => {
                files::copy_file(&root.join(worker), &pkg.join("worker.js"))?;
            }
        }
        let manifest = manifest::manifest(self.recipe.package, &self.recipe.glue());
        self.write("package.json", &format!("{manifest:#}\n"))
    }

    /// Joins a script of the worker's side and what it imports, and puts its types beside it.
    fn join(&self, name: &str, form: join::Form) -> Result<(), PackageError> {
        let root = self.workspace.root();
        let joined = join::join(&root.join(SCRIPTS), name, form).map_err(PackageError::Join)?;
        self.write(name, &joined)?;
        let types = Path::new(name).with_extension("d.ts");
        files::copy_file(&root.join(TYPES).join(&types), &self.pkg().join(types))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), PackageError> {
        let path = self.pkg().join(name);
        at(&path, fs::write(&path, text))
    }

    /// The modules, with the pool's glue beside them; returns where they are.
    fn modules(&self) -> Result<Vec<PathBuf>, PackageError> {
        let (recipe, pkg) = (self.recipe, self.pkg());
        let pool = self.compiled(&recipe.glue())?;
        let pool = glue::generate(&pool, &recipe.glue(), self.profile, &pkg)
            .map_err(PackageError::Glue)?;
        if recipe.form != Form::Plain {
            return Ok(vec![pool]);
        }
        let compiled = self.compiled(&recipe.library())?;
        let named = at(&compiled, fs::read(&compiled))?;
        let tell = if self.profile.keeps_names() {
            wasm::with_readable_names
        } else {
            wasm::without_names
        };
        let module = tell(&named).map_err(|error| PackageError::Kernels(error.to_string()))?;
        let kernels = pkg.join(recipe.kernels_file());
        at(&kernels, fs::write(&kernels, module))?;
        Ok(vec![pool, kernels])
    }
}

/// Stripping is easily done, and noticed by whoever has something to find.
fn expect_names(recipe: &Recipe, module: &[u8]) -> Result<(), PackageError> {
    let names = wasm::function_names(module)
        .map_err(|error| PackageError::Kernels(format!("its names: {error}")))?;
    let named = |kernel: &&&str| names.iter().any(|name| name.contains(&format!("::{kernel}::")));
    match recipe.kernels.iter().find(|kernel| !named(kernel)) {
        Some(kernel) => Err(PackageError::Nameless(kernel)),
        None => Ok(()),
    }
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
        assert!(error.to_string().contains("www is missing"), "{error}");
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
}
