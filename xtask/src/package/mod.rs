//! From cargo's modules to a folder that any static host can serve, with a package for npm in it.
//!
//! ```text
//!  <out>/                  the pages, as they are in the sources
//!  <out>/unjank/           the package `unjank`, as npm would install it
//!  <out>/pkg/              kernels.wasm, or the glue of kernels that need JavaScript
//!  <out>/**/*.br, *.gz     beside each file that gets smaller
//! ```
//!
//! The worker of kernels that need JavaScript is the application's script, which takes `serve` from the
//! package's shell.js.
//!
//! The folder is made beside its place and put there when it is whole: nothing of an earlier build
//! is left in it, and a failed build leaves the earlier one as it was.

mod error;
mod npm;
mod recipe;

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

pub use self::{
    error::PackageError,
    npm::package_pool,
    recipe::{BENCH, DEMO, FAULTS, FAULTS_GLUE, Form, Pages, Recipe, TRIVIAL},
};
use unjank_cli::{
    command, compress,
    files::{at, copy_file, copy_folder, remove, replace},
    optimise::{self, Aim},
    profile::Profile,
    progress::Progress,
    sizes::Table,
    toolchain::{self, WASM_TARGET, wasm_cargo},
    wasm,
};

use crate::{glue, manifest, tools::Tools, workspace::Workspace};

/// The package `unjank`, below a site.
const POOL: &str = "unjank";

/// Kernels, below a site.
const KERNELS: &str = "pkg";

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
    replace(&staged, out)?;
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
        compile(self.workspace, self.profile, &self.recipe.packages())
    }

    /// Everything after the compiler.
    fn assemble(&self, progress: &mut Progress) -> Result<(), PackageError> {
        remove(self.staged)?;
        progress.quiet("copying pages and scripts", || self.copy())?;
        let modules = progress.quiet("collecting the modules", || self.modules())?;
        let wasm_opt = progress.quiet("looking for wasm-opt", || {
            let tools = Tools::install(self.workspace);
            Ok::<_, PackageError>(tools.and_then(|tools| tools.program(optimise::PROGRAM)))
        })?;
        let optimised = progress.quiet("optimising the modules", || {
            let optimise = |(module, aim): &(PathBuf, Aim)| {
                at(module, optimise::optimise(module, *aim, self.profile, wasm_opt.clone()))
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
        self.staged.join(KERNELS)
    }

    /// All that is not compiled.
    fn copy(&self) -> Result<(), PackageError> {
        let (root, pkg) = (self.workspace.root(), self.pkg());
        for Pages { from, to, endings } in self.recipe.pages {
            copy_folder(&root.join(from), &self.staged.join(to), endings)?;
        }
        npm::write_scripts(self.workspace, &self.staged.join(POOL))?;
        at(&pkg, fs::create_dir_all(&pkg))?;
        match self.recipe.form {
            Form::Plain => {
                let manifest =
                    manifest::manifest(self.recipe.package, &[self.recipe.kernels_file()]);
                let path = pkg.join("package.json");
                Ok(at(&path, fs::write(&path, format!("{manifest:#}\n")))?)
            }
            Form::Glue { worker } => Ok(copy_file(&root.join(worker), &pkg.join("worker.js"))?),
        }
    }

    /// The modules, the kernels' last; returns where they are, and what each is made for.
    fn modules(&self) -> Result<Vec<(PathBuf, Aim)>, PackageError> {
        let Self { workspace, recipe, profile, .. } = *self;
        let core = npm::write_core(workspace, profile, &self.staged.join(POOL))?;
        let library = recipe.library();
        let compiled = compiled(workspace, profile, recipe.package, &library)?;
        if recipe.form != Form::Plain {
            let kernels = glue::generate(&compiled, &library, profile, &self.pkg())
                .map_err(PackageError::Glue)?;
            return Ok(vec![(core, Aim::Size), (kernels, Aim::Speed)]);
        }
        let kernels = self.pkg().join(recipe.kernels_file());
        at(&kernels, fs::write(&kernels, told(&compiled)?))?;
        Ok(vec![(core, Aim::Size), (kernels, Aim::Speed)])
    }
}

/// Has cargo make modules of packages, each with the features of its own dependencies alone: what one needs
/// no standard library for may have it for another.
fn compile(workspace: &Workspace, profile: Profile, packages: &[&str]) -> Result<(), PackageError> {
    packages.iter().try_for_each(|package| {
        let mut command = wasm_cargo();
        command.args(["build", "--profile", profile.name(), "--target", WASM_TARGET, "--lib"]);
        command.args(["--package", package]).current_dir(workspace.root());
        command::run(&mut command).map_err(PackageError::Compile)
    })
}

/// The module that cargo has made of a library.
fn compiled(
    workspace: &Workspace,
    profile: Profile,
    package: &'static str,
    library: &str,
) -> Result<PathBuf, PackageError> {
    let folder = workspace.target().join(WASM_TARGET).join(profile.name());
    let module = folder.join(format!("{library}.wasm"));
    if module.is_file() { Ok(module) } else { Err(PackageError::NoModule(package)) }
}

/// A compiled module, whose functions have names as they stand in the source.
fn told(compiled: &Path) -> Result<Vec<u8>, PackageError> {
    let named = at(compiled, fs::read(compiled))?;
    wasm::with_readable_names(&named).map_err(|error| PackageError::Kernels(error.to_string()))
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
        const NAMED: &[u8] = b"\0asm\x01\0\0\0\0\x0e\x04name\x01\x07\x01\0\x04a::b";
        let bare = wasm::without_names(NAMED).unwrap();
        assert!(about(&["b"], NAMED).unwrap_err().contains("no function of b"));
        assert!(about(DEMO.kernels, bare.leak()).unwrap_err().contains(DEMO.kernels[0]));
        assert_eq!(about(&[], NAMED), Ok(()));
    }
}
