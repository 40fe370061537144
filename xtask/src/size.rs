//! `cargo xtask size`: how many bytes a page loads, whether that is within budget, and how it has
//! changed since the figures of `xtask/sizes.json` were noted.
//!
//! What is weighed:
//! - `page`: the pool with a page that does the least with it (`bench/trivial`), bundled and minified by
//!   esbuild as an application ships it, and `core.wasm`;
//! - `later`: the parts of the pool that are loaded when they are wanted, all of them, each minified;
//! - `spread`: those that a job takes on which several workers work;
//! - `resident`: those that data takes which stays in workers;
//! - `inline`: what a pool that computes on the page loads, most of it in place of the shell;
//! - `shell`: the worker's script, minified;
//! - `kernels`: a module with one trivial kernel;
//! - `runtime`: page, shell and kernels together;
//! - `demo`: what a visit to the demo's page loads, as `cargo xtask build` leaves it.

use std::{
    error, fmt, fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use unjank_cli::{
    command::{self, CommandError},
    compress,
    profile::Profile,
    sizes::{FileSizes, Sum, Table},
};

use crate::{
    package::{self, DEMO, PackageError, TRIVIAL},
    tools::Tools,
    workspace::Workspace,
};

/// Relative to the workspace: the figures that growth is told by.
const NOTED: &str = "xtask/sizes.json";

/// What a browser loads for the demo's page. Its pictures are not the pool's.
const LOADED: [&str; 5] = ["css", "html", "js", "svg", "wasm"];

/// What is in the package, and what the demo has no use for.
const UNUSED: [&str; 18] = [
    "node/files.js",
    "node/hold.js",
    "node/index.js",
    "node/scope.js",
    "node/thread.js",
    "unjank/resident.js",
    "unjank/shell.js",
    "unjank/spread.js",
    "later/advice.js",
    "later/diagnosis.js",
    "later/events.js",
    "later/fitting.js",
    "later/gathering.js",
    "later/helpers.js",
    "later/inline.js",
    "later/inspection.js",
    "later/many.js",
    "later/resident.js",
];

/// What is done with the figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Figures {
    /// They are shown beside the noted ones.
    #[default]
    Compared,
    /// They take the place of the noted ones.
    Noted,
    /// They are printed as JSON, and nothing else is.
    Json,
}

/// Something that is weighed.
#[derive(Clone, Copy, Debug)]
struct Load {
    name: &'static str,
    /// Bytes in brotli at most.
    budget: usize,
    /// Bytes in brotli that would be good.
    aim: usize,
}

const PAGE: Load = Load { name: "page", budget: 35_200, aim: 25_000 };
const LATER: Load = Load { name: "later", budget: 8_000, aim: 5_000 };
const SPREAD: Load = Load { name: "spread", budget: 4_000, aim: 3_000 };
const RESIDENT: Load = Load { name: "resident", budget: 7_700, aim: 6_000 };
const INLINE: Load = Load { name: "inline", budget: 5_400, aim: 4_500 };
/// Without all texts of errors it would have 3,700, without what modules may import 3,400: what is left moves
/// bytes by the interface, and checks that modules keep to it.
const SHELL: Load = Load { name: "shell", budget: 4_000, aim: 3_000 };
const KERNELS: Load = Load { name: "kernels", budget: 14_000, aim: 12_000 };
const RUNTIME: Load = Load { name: "runtime", budget: 52_300, aim: 25_000 };
const DEMO_SITE: Load = Load { name: "demo", budget: 149_800, aim: 100_000 };

/// Why the sizes are not good, or not known.
#[derive(Debug)]
#[non_exhaustive]
pub enum SizeError {
    /// Something could not be built.
    Package(PackageError),
    /// The bundler failed.
    Command(CommandError),
    /// A file can't be read or written.
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Something is larger than it may be.
    OverBudget {
        /// Each such thing, what it has and what it may have.
        loads: Vec<String>,
    },
}

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package(error) => error.fmt(f),
            Self::Command(error) => error.fmt(f),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::OverBudget { loads } => {
                write!(f, "{}: see what has grown above", loads.join("; "))
            }
        }
    }
}

impl error::Error for SizeError {}

impl From<PackageError> for SizeError {
    fn from(error: PackageError) -> Self {
        Self::Package(error)
    }
}

/// Builds all of it, and weighs it.
///
/// # Errors
/// [`SizeError`], when one is over its budget among others.
pub fn run(workspace: &Workspace, figures: Figures) -> Result<(), SizeError> {
    package::package(workspace, &DEMO, Profile::Release, &workspace.site())?;
    check(workspace, figures)
}

/// Weighs the demo as it was built, and the rest, which is built here.
///
/// # Errors
/// As [`run`].
pub fn check(workspace: &Workspace, figures: Figures) -> Result<(), SizeError> {
    let Some(tools) = Tools::install(workspace) else {
        eprintln!("skipped: install Node.js with npm to weigh what is shipped");
        return Ok(());
    };
    let home = workspace.target().join("size");
    let (site, bundle) = (home.join("trivial"), home.join("bundle"));
    package::package(workspace, &TRIVIAL, Profile::Small, &site)?;
    minify(&tools, &site, &bundle)?;
    let page = weigh(&[bundle.join("page.js"), site.join("unjank/core.wasm")])?;
    let mut later = files_under(&bundle, &["js"])?;
    later.retain(|path| path.parent() == Some(bundle.as_path()) && !path.ends_with("page.js"));
    let mut take = |name| -> Vec<_> { later.extract_if(.., |path| is_chunk(path, name)).collect() };
    let [mut spread, mut resident, inline] = ["helpers", "resident", "inline"].map(&mut take);
    spread.push(bundle.join("unjank/spread.js"));
    resident.push(bundle.join("unjank/resident.js"));
    let (spread, resident) = (weigh(&spread)?, weigh(&resident)?);
    let (inline, later) = (weigh(&inline)?, weigh(&later)?);
    let shell = weigh(&[bundle.join("unjank/worker.js")])?;
    let kernels = weigh(&[site.join("pkg").join(TRIVIAL.kernels_file())])?;
    let runtime =
        Table([&page, &shell, &kernels].into_iter().flat_map(|table| table.0.clone()).collect());
    let mut visit = files_under(&workspace.site(), &LOADED)?;
    visit.retain(|path| !UNUSED.iter().any(|unused| path.ends_with(unused)));
    let demo = weigh(&visit)?;
    let weighed = [
        (PAGE, page),
        (LATER, later),
        (SPREAD, spread),
        (RESIDENT, resident),
        (INLINE, inline),
        (SHELL, shell),
        (KERNELS, kernels),
        (RUNTIME, runtime),
        (DEMO_SITE, demo),
    ];
    tell(workspace, &weighed, figures)
}

/// The page and the worker's script as an application's build makes them.
fn minify(tools: &Tools, site: &Path, out: &Path) -> Result<(), SizeError> {
    if out.exists() {
        at(out, fs::remove_dir_all(out))?;
    }
    let mut command = tools.bundler();
    command.args(["page.js", "unjank/worker.js", "unjank/spread.js", "unjank/resident.js"]);
    command.args(["--bundle", "--minify"]);
    command.args(["--format=esm", "--splitting", "--target=es2022", "--log-level=error"]);
    command.arg(format!("--outdir={}", out.display())).current_dir(site);
    command::capture(&mut command).map_err(SizeError::Command).map(|_| ())
}

/// Whether the bundler made a file of the part of the page that has this name.
fn is_chunk(path: &Path, name: &str) -> bool {
    let file = path.file_stem().unwrap_or_default().to_string_lossy();
    file.rsplit_once('-').is_some_and(|(part, _)| part == name)
}

/// The files of a folder, and of those in it, with these endings, in order.
fn files_under(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, SizeError> {
    let mut files = Vec::new();
    for entry in at(folder, fs::read_dir(folder))? {
        let path = at(folder, entry)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            files.extend(files_under(&path, endings)?);
        } else if ending.is_some_and(|ending| endings.contains(&ending)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn weigh(files: &[PathBuf]) -> Result<Table, SizeError> {
    let sizes = files.iter().map(|path| at(path, compress::measure(path)));
    sizes.collect::<Result<Vec<FileSizes>, _>>().map(Table)
}

/// Says what was found, and fails for what is over its budget.
fn tell(
    workspace: &Workspace,
    weighed: &[(Load, Table)],
    figures: Figures,
) -> Result<(), SizeError> {
    let sums = weighed.iter().map(|(load, table)| (load.name.to_owned(), note(table.sum())));
    let sums = Value::Object(sums.collect());
    let path = workspace.root().join(NOTED);
    match figures {
        Figures::Json => println!("{sums:#}"),
        Figures::Compared | Figures::Noted => compare(weighed, &noted(&path)),
    }
    if figures == Figures::Noted {
        at(&path, fs::write(&path, format!("{sums:#}\n")))?;
    }
    let over = weighed.iter().filter_map(|(load, table)| load.excess(table.sum().brotli));
    let loads: Vec<String> = over.collect();
    if loads.is_empty() { Ok(()) } else { Err(SizeError::OverBudget { loads }) }
}

/// The noted figures; null if there are none.
fn noted(path: &Path) -> Value {
    let noted = fs::read(path).ok().and_then(|noted| serde_json::from_slice(&noted).ok());
    noted.unwrap_or_default()
}

/// Prints each table, and how it compares.
fn compare(weighed: &[(Load, Table)], noted: &Value) {
    for (load, table) in weighed {
        println!("{}\n{table}", load.name);
        let before = noted[load.name]["brotli"].as_u64().and_then(|size| size.try_into().ok());
        println!("{}", load.compare(table.sum().brotli, before));
    }
}

fn note(Sum { raw, gzip, brotli }: Sum) -> Value {
    json!({ "raw": raw, "gzip": gzip, "brotli": brotli })
}

impl Load {
    /// What is said of it beside its table.
    fn compare(self, brotli: usize, before: Option<usize>) -> String {
        let Self { budget, aim, .. } = self;
        let change = match before {
            None => format!("nothing in {NOTED} to compare with"),
            Some(before) if before == brotli => "as noted".to_owned(),
            Some(before) if before < brotli => format!("{} more than noted", brotli - before),
            Some(before) => format!("{} less than noted", before - brotli),
        };
        format!("  {brotli} of {budget} bytes, {change}; the aim is {aim}")
    }

    fn excess(self, brotli: usize) -> Option<String> {
        let Self { name, budget, .. } = self;
        (brotli > budget).then(|| format!("{name} has {brotli} bytes where {budget} are allowed"))
    }
}

fn at<T>(path: &Path, outcome: io::Result<T>) -> Result<T, SizeError> {
    outcome.map_err(|error| SizeError::File { path: path.to_path_buf(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOAD: Load = Load { name: "it", budget: 1000, aim: 100 };

    #[test]
    fn a_budget_holds_up_to_its_last_byte() {
        assert_eq!(LOAD.excess(1000), None);
        let excess = LOAD.excess(1001).unwrap();
        assert_eq!(excess, "it has 1001 bytes where 1000 are allowed");
    }

    #[test]
    fn growth_is_told_in_bytes() {
        for (before, told) in [
            (None, "nothing in xtask/sizes.json to compare with"),
            (Some(500), "as noted"),
            (Some(490), "10 more than noted"),
            (Some(520), "20 less than noted"),
        ] {
            let line = LOAD.compare(500, before);
            assert_eq!(line, format!("  500 of 1000 bytes, {told}; the aim is 100"));
        }
    }
}
