//! `unjank build`: from a crate of kernels to a package for npm, and to a site if there are pages.
//!
//! ```text
//!  <crate>/pkg/     the package: kernels.wasm, index.js, index.d.ts, package.json
//!  <root>/dist/     the site, where the workspace names its pages
//! ```
//!
//! Each folder is made beside its place and put there when it is whole: a failed build leaves the earlier one
//! as it was.

use std::{
    env, error, fmt, fs, io,
    path::{Path, PathBuf},
};

use unjank_cli::{
    command::{self, CommandError, cargo},
    compress::{self, with_ending},
    files::{FileError, at, lock, remove, replace},
    optimise::{self, Aim, Optimised},
    profile::Profile,
    progress::Progress,
    sizes::Table,
    toolchain::{self, TargetError, WASM_TARGET},
    wasm,
};
use unjank_host::{Module, ModuleError, check::Docs};

use crate::{
    line::Build,
    package::{self, MARK, MODULE, SCRIPT},
    pool::{self, PoolError},
    project::{Project, ProjectError},
    site,
};

/// The package's folder, below the crate's.
pub(crate) const PACKAGE: &str = "pkg";

/// Below cargo's output folder: two builds at once would be in each other's way.
const LOCK: &str = "unjank.lock";

/// Why there is no package.
#[derive(Debug)]
pub(crate) enum BuildError {
    /// There is nothing to build.
    Project(ProjectError),
    /// Rust's target for wasm is not there.
    Target(TargetError),
    /// The crate does not compile.
    Compile(CommandError),
    /// What it compiled to is no kernel module.
    Module(ModuleError),
    /// Its functions' names can't be read.
    Names(String),
    /// What it says for people can't be read.
    Docs(String),
    /// A folder that would be replaced was made by somebody else.
    NotOurs(PathBuf),
    /// The site has no pages.
    NoPages(PathBuf),
    /// The pool is not there.
    Pool(PoolError),
    /// A file can't be read or written.
    File(FileError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(error) => error.fmt(f),
            Self::Target(error) => error.fmt(f),
            Self::Compile(error) => error.fmt(f),
            Self::Module(error) => {
                write!(
                    f,
                    "the crate's module has no kernels to run: {error}; does it say `kernels!(...)`?"
                )
            }
            Self::Names(said) => write!(f, "the names in the module can't be read: {said}"),
            Self::Docs(said) => write!(f, "what the module says of its kernels: {said}"),
            Self::NotOurs(folder) => write!(
                f,
                "{} would be replaced, and `unjank build` did not make it: move it away",
                folder.display()
            ),
            Self::NoPages(folder) => write!(
                f,
                "{} is not there, where Cargo.toml says that the site's pages are: make it, or take `site` away",
                folder.display()
            ),
            Self::Pool(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl error::Error for BuildError {}

impl From<FileError> for BuildError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// Builds what is in the current folder.
pub(crate) fn run(options: &Build) -> Result<(), BuildError> {
    let here = at(Path::new("."), env::current_dir())?;
    let project = Project::find(&here, options.package.as_deref()).map_err(BuildError::Project)?;
    build(&project, options.profile)
}

/// Builds a project's package and site, announcing each step, and prints the sizes.
pub(crate) fn build(project: &Project, profile: Profile) -> Result<(), BuildError> {
    let pkg = project.folder.join(PACKAGE);
    expect_ours(&pkg, Path::new(SCRIPT))?;
    if let Some(pages) = project.pages.as_ref().filter(|pages| !pages.is_dir()) {
        return Err(BuildError::NoPages(pages.clone()));
    }
    let _lock = lock(&project.target.join(LOCK))?;
    let pool = pool::package().map_err(BuildError::Pool)?;
    let mut progress = Progress::new(if project.pages.is_some() { 4 } else { 3 });
    progress.quiet(&format!("checking for {WASM_TARGET}"), || {
        toolchain::ensure(WASM_TARGET).map_err(BuildError::Target)
    })?;
    progress
        .shown(&format!("building {} for wasm32 ({})", project.name, profile.name()), || {
            compile(project, profile)
        })?;
    let (optimised, size) = progress.quiet("packing the kernels", || {
        let staged = with_ending(&pkg, "partial");
        remove(&staged)?;
        let optimised = pack(project, profile, &staged)?;
        replace(&staged, &pkg)?;
        let module = pkg.join(MODULE);
        let size = at(&module, compress::measure(&module))?;
        Ok::<_, BuildError>((optimised, size))
    })?;
    eprintln!("      {optimised}");
    if let Some(pages) = &project.pages {
        progress.quiet("making the site", || {
            site::make([pages, &pkg, &pool], &project.root, profile)
        })?;
    }
    eprintln!("{}", Table(vec![size]));
    eprintln!("{} is ready in {}", pkg.display(), progress.elapsed());
    Ok(())
}

fn compile(project: &Project, profile: Profile) -> Result<(), BuildError> {
    let mut command = cargo();
    command.args(["build", "--lib", "--target", WASM_TARGET, "--profile", profile.name()]);
    command.args(["--package", &project.name]).current_dir(&project.root);
    command::run(&mut command).map_err(BuildError::Compile)
}

/// Writes the package into a folder, and says what became of the module.
fn pack(project: &Project, profile: Profile, folder: &Path) -> Result<Optimised, BuildError> {
    let output = project.target.join(WASM_TARGET).join(profile.name());
    let compiled = output.join(format!("{}.wasm", project.library));
    let bytes = at(&compiled, fs::read(&compiled))?;
    let module = Module::from_bytes(&bytes).map_err(BuildError::Module)?;
    let named =
        wasm::with_readable_names(&bytes).map_err(|error| BuildError::Names(error.to_string()))?;
    at(folder, fs::create_dir_all(folder))?;
    let path = folder.join(MODULE);
    at(&path, fs::write(&path, named))?;
    let installed = project.root.join("node_modules/.bin").join(optimise::PROGRAM);
    let pinned = Some(installed).filter(|program| program.is_file());
    let optimised = at(&path, optimise::optimise(&path, Aim::Speed, profile, pinned))?;
    let docs = module.interface().docs.as_deref().map(Docs::read);
    let docs = docs.transpose().map_err(BuildError::Docs)?.unwrap_or_default();
    package::write(folder, project, module.description(), &docs)?;
    Ok(optimised)
}

/// Whether a folder may be replaced: it is not there, or a file in it shows that an earlier build made it.
pub(crate) fn expect_ours(folder: &Path, file: &Path) -> Result<(), BuildError> {
    let script = folder.join(file);
    match fs::read_to_string(&script) {
        Ok(text) if text.starts_with(MARK) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !folder.exists() => Ok(()),
        Ok(_) | Err(_) => Err(BuildError::NotOurs(folder.to_path_buf())),
    }
}
