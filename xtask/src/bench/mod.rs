//! `cargo xtask bench`: builds the pool and its peers into one site, and runs the benchmark on it.
//!
//! ```text
//!  <target>/site-bench/         the harness, its contenders and pkg/, as `package` makes them
//!  <target>/site-bench/vendor/  the peers from npm, by the names of their packages
//!  <target>/site-bench/rust/    the peers in Rust, with their glue
//!  <target>/bench/npm/          where npm installs, once for each lock file
//!  <target>/bench/results.json  what was found, and report.html beside it
//! ```
//!
//! A peer that can't be had on this machine is left out, and the benchmark is told why.

mod rust;
mod vendor;

use std::{
    collections::BTreeMap,
    error, fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::{
    command::{self, CommandError, cargo},
    files::{FileError, at},
    profile::Profile,
};

use crate::{
    package::{self, BENCH, PackageError},
    workspace::Workspace,
};

/// Why peers are left out, by their names.
type Absent = BTreeMap<String, String>;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How much is measured.
    pub extent: Extent,
    /// Cases, by the beginnings of their names; all if there are none.
    pub only: Vec<String>,
    /// What becomes of the report.
    pub report: Report,
}

/// How much is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// Enough rounds for figures that hold.
    #[default]
    Full,
    /// A look, in less than a minute.
    Quick,
}

/// What becomes of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Report {
    /// It is written.
    #[default]
    Written,
    /// And opened in the browser that people use.
    Opened,
}

/// Why there are no figures.
#[derive(Debug)]
#[non_exhaustive]
pub enum BenchError {
    /// The site could not be built.
    Package(PackageError),
    /// A program could not do its work.
    Command(CommandError),
    /// A peer's module was refused by the glue generator.
    Glue(String),
}

impl fmt::Display for BenchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package(error) => error.fmt(f),
            Self::Command(error) => error.fmt(f),
            Self::Glue(said) => write!(f, "wasm-bindgen refused a peer's module: {said}"),
        }
    }
}

impl error::Error for BenchError {}

impl From<FileError> for BenchError {
    fn from(error: FileError) -> Self {
        Self::Package(error.into())
    }
}

impl From<PackageError> for BenchError {
    fn from(error: PackageError) -> Self {
        Self::Package(error)
    }
}

/// Builds everything, measures and reports.
///
/// # Errors
/// [`BenchError`] when something of ours can't be built or measured; peers are left out instead.
pub fn run(workspace: &Workspace, options: &Options) -> Result<(), BenchError> {
    let mut build = cargo();
    build.args(["build", "--quiet", "--package", RUNNER]).current_dir(workspace.root());
    command::run(&mut build).map_err(BenchError::Command)?;
    let site = workspace.bench_site();
    package::package(workspace, &BENCH, Profile::Release, &site)?;
    let mut absent = vendor::install(workspace, &site.join("vendor"))?;
    absent.extend(rust::build(workspace, &site.join("rust"))?);
    absent.iter().for_each(|(name, why)| println!("without {name}: {why}"));
    command::run(&mut runner(workspace, &site, &absent, options)?).map_err(BenchError::Command)?;
    if options.report == Report::Opened {
        open(&workspace.bench().join("report.html"));
    }
    Ok(())
}

/// The package whose program measures.
const RUNNER: &str = "unjank-bench";

fn runner(
    workspace: &Workspace,
    site: &Path,
    absent: &Absent,
    options: &Options,
) -> Result<Command, PackageError> {
    let out = workspace.bench();
    let list: PathBuf = out.join("absent.json");
    at(&out, fs::create_dir_all(&out))?;
    at(&list, fs::write(&list, serde_json::json!(absent).to_string()))?;
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", RUNNER, "--"]).current_dir(workspace.root());
    command.arg("--site").arg(site).arg("--out").arg(&out).arg("--absent").arg(&list);
    if options.extent == Extent::Quick {
        command.arg("--quick");
    }
    command.args(options.only.iter().flat_map(|case| ["--only", case]));
    Ok(command)
}

/// Shows a file as the system does when somebody clicks on it; it has been named, too.
fn open(file: &Path) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if let Err(error) = command::run(Command::new(program).arg(file)) {
        println!("{error}");
    }
}
