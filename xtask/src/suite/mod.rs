//! The steps of `cargo xtask test`.
//!
//! Each step is one command or two, and can be run alone: `cargo xtask test --only clippy`.

use std::{
    error, fmt, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::{
    command::{self, cargo},
    files,
    profile::Profile,
    progress::Progress,
    toolchain::{self, WASI_TARGET, WASM_TARGET},
};

use crate::{
    browser::{self, Browser, Engine},
    deny, glue,
    package::{self, DEMO, FAULTS, FAULTS_GLUE, PackageError},
    size::{self, Figures},
    workspace::Workspace,
};

mod bundlers;
mod declarations;
mod failure;
mod javascript;
mod made;
mod newcomer;
mod npm;
mod policy;
mod readme;
mod rust_example;
mod sites;
mod types;
mod wasm;

pub use failure::Failure;
pub use readme::{BlockError, GuideError};
pub use sites::demo_times;

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Formatting.
    Fmt,
    /// Lints, for this machine.
    Clippy,
    /// Lints, for the browser.
    ClippyWasm,
    /// Documentation builds without a warning.
    Doc,
    /// Licenses and sources of the dependencies.
    Deny,
    /// Tests on this machine.
    Native,
    /// Tests of the JavaScript, without a browser.
    Js,
    /// The package, as npm ships it.
    Npm,
    /// Tests in the browser, without a page.
    Wasm,
    /// The demo page.
    Build,
    /// The demo page for profilers.
    Profiling,
    /// The pages of faulty kernels.
    Faults,
    /// Bytes of what a page loads.
    Size,
    /// Nothing that a strict content security policy forbids.
    Policy,
    /// Types of the JavaScript.
    Types,
    /// Tests of the built pages in the browser.
    E2e,
    /// The app in Rust, and one of each bundler, in the browser.
    Bundlers,
    /// What the documents show, in the browser.
    Readme,
}

/// What a step can't do without and cargo does not bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Target(&'static str),
    Browser(Engine),
}

impl Step {
    /// Every step, in the order in which they run: what is quick to fail comes first, and the types
    /// come after the build because the pages import what the build generates.
    pub const ALL: [Self; 18] = [
        Self::Fmt,
        Self::Clippy,
        Self::ClippyWasm,
        Self::Doc,
        Self::Deny,
        Self::Native,
        Self::Js,
        Self::Npm,
        Self::Wasm,
        Self::Build,
        Self::Profiling,
        Self::Faults,
        Self::Size,
        Self::Policy,
        Self::Types,
        Self::E2e,
        Self::Bundlers,
        Self::Readme,
    ];

    /// The step of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// What `--only` takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::ClippyWasm => "clippy-wasm",
            Self::Doc => "doc",
            Self::Deny => "deny",
            Self::Native => "native",
            Self::Js => "js",
            Self::Npm => "npm",
            Self::Wasm => "wasm",
            Self::Build => "build",
            Self::Profiling => "profiling",
            Self::Faults => "faults",
            Self::Size => "size",
            Self::Policy => "policy",
            Self::Types => "types",
            Self::E2e => "e2e",
            Self::Bundlers => "bundlers",
            Self::Readme => "readme",
        }
    }

    /// What it does.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::Fmt => "formatting",
            Self::Clippy => "lints, for this machine",
            Self::ClippyWasm => "lints, for wasm32",
            Self::Doc => "documentation without warnings",
            Self::Deny => "licenses and sources of the dependencies",
            Self::Native => "tests on this machine",
            Self::Js => "tests of the JavaScript, without a browser",
            Self::Npm => "the package: its files, its exports, its types",
            Self::Wasm => "wasm tests in headless Chromium",
            Self::Build => "the demo site",
            Self::Profiling => "the demo site whose kernels a profiler shows by name",
            Self::Faults => "the sites of faulty kernels, plain and with glue",
            Self::Size => "bytes of what a page loads, against budgets",
            Self::Policy => "nothing that a strict content security policy forbids",
            Self::Types => "types of the JavaScript",
            Self::E2e => "the built sites in each browser",
            Self::Bundlers => {
                "the app in Rust, one of each bundler, and those for hosts that confine pages"
            }
            Self::Readme => "what the documents show, built, run and opened in headless Chromium",
        }
    }

    /// `engines` are those that the built sites are tested in.
    fn needs(self, engines: &[Engine]) -> Vec<Need> {
        match self {
            Self::Fmt | Self::Clippy | Self::Doc | Self::Deny | Self::Policy | Self::Types => {
                Vec::new()
            }
            Self::ClippyWasm
            | Self::Js
            | Self::Npm
            | Self::Build
            | Self::Profiling
            | Self::Faults
            | Self::Size => vec![Need::Target(WASM_TARGET)],
            Self::Native => vec![Need::Target(WASM_TARGET), Need::Target(WASI_TARGET)],
            Self::Wasm => vec![Need::Target(WASM_TARGET), Need::Browser(Engine::Chromium)],
            Self::E2e => engines.iter().copied().map(Need::Browser).collect(),
            Self::Bundlers if engines.contains(&Engine::Chromium) => {
                let browsers = engines.iter().copied().map(Need::Browser);
                [Need::Target(WASM_TARGET)].into_iter().chain(browsers).collect()
            }
            Self::Bundlers => Vec::new(),
            Self::Readme if engines.contains(&Engine::Chromium) => {
                vec![Need::Target(WASM_TARGET), Need::Browser(Engine::Chromium)]
            }
            Self::Readme => vec![Need::Target(WASM_TARGET)],
        }
    }

    fn run(self, workspace: &Workspace, engines: &[Engine]) -> Result<(), Failure> {
        match self {
            Self::Fmt => format(workspace),
            Self::Clippy => {
                plain(workspace, &["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"])
            }
            Self::ClippyWasm => wasm::lint(workspace),
            Self::Doc => document(workspace),
            Self::Deny => deny::check_terms(workspace).map_err(Failure::Command),
            Self::Native => test_natively(workspace),
            Self::Js => javascript::test(workspace),
            Self::Npm => npm::check(workspace),
            Self::Wasm => wasm::test(workspace),
            Self::Build => build(workspace, &DEMO, Profile::Release, &workspace.site()),
            Self::Profiling => {
                build(workspace, &DEMO, Profile::Profiling, &workspace.profiling_site())
            }
            Self::Faults => {
                build(workspace, &FAULTS, Profile::Release, &workspace.faults_site())?;
                build(workspace, &FAULTS_GLUE, Profile::Release, &workspace.faults_glue_site())
            }
            Self::Size => {
                sites::expect_site(workspace.site(), Self::Build)?;
                size::check(workspace, Figures::Compared).map_err(Failure::Size)
            }
            Self::Policy => policy::check(workspace),
            Self::Types => types::check(workspace),
            Self::E2e => sites::test(workspace, engines),
            Self::Bundlers => bundlers::test(workspace, engines),
            Self::Readme => readme::test(workspace, engines),
        }
    }
}

/// A step that failed, or the set-up before the steps.
#[derive(Debug)]
pub struct SuiteError {
    step: Option<Step>,
    failure: Failure,
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, failure } = self;
        match step {
            Some(step) => {
                let name = step.name();
                write!(f, "{failure} (again: `cargo xtask test --only {name}`)")
            }
            None => failure.fmt(f),
        }
    }
}

impl error::Error for SuiteError {}

/// Sets up what the steps need, runs them in the order given and stops at the first that fails. The
/// built sites are tested in `engines`.
///
/// # Errors
/// [`SuiteError`] names the step.
pub fn run(workspace: &Workspace, steps: &[Step], engines: &[Engine]) -> Result<(), SuiteError> {
    let needs = needs_of(steps, engines);
    let mut progress = Progress::new(needs.len() + steps.len());
    for need in needs {
        set_up(need, &mut progress).map_err(|failure| SuiteError { step: None, failure })?;
    }
    for &step in steps {
        let what = format!("{}: {}", step.name(), step.summary());
        progress
            .shown(&what, || step.run(workspace, engines))
            .map_err(|failure| SuiteError { step: Some(step), failure })?;
    }
    println!("{} passed in {}", count(steps.len()), progress.elapsed());
    Ok(())
}

fn needs_of(steps: &[Step], engines: &[Engine]) -> Vec<Need> {
    let needs: Vec<Need> = steps.iter().flat_map(|step| step.needs(engines)).collect();
    let browsers = Engine::ALL.map(Need::Browser);
    let all = [WASM_TARGET, WASI_TARGET].map(Need::Target).into_iter().chain(browsers);
    all.filter(|need| needs.contains(need)).collect()
}

fn set_up(need: Need, progress: &mut Progress) -> Result<(), Failure> {
    match need {
        Need::Target(target) => progress.quiet(&format!("checking for {target}"), || {
            toolchain::ensure(target).map_err(Failure::Target)
        }),
        Need::Browser(engine) => progress.shown(&format!("checking for {}", engine.name()), || {
            let browser = browser::ensure(engine).map_err(Failure::Browser)?;
            let Browser { program, driver, screen, .. } = &browser;
            let programs = [Some(program), Some(driver), screen.as_ref()];
            programs.into_iter().flatten().for_each(|path| println!("{}", path.display()));
            Ok(())
        }),
    }
}

fn count(steps: usize) -> String {
    if steps == 1 { "1 step".to_owned() } else { format!("{steps} steps") }
}

fn plain(workspace: &Workspace, arguments: &[&str]) -> Result<(), Failure> {
    run_in(workspace, cargo().args(arguments))
}

fn run_in(workspace: &Workspace, command: &mut Command) -> Result<(), Failure> {
    command::run(command.current_dir(workspace.root())).map_err(Failure::Command)
}

/// Writes the glue of an app made with wasm-bindgen, `app.js` and `app_bg.wasm`, into a folder.
fn glue_app(module: &Path, folder: &Path) -> Result<(), Failure> {
    let made = glue::generate(module, "app", Profile::Release, folder);
    made.map(|_module| ()).map_err(|error| Failure::Package(PackageError::Glue(error)))
}

/// Packages that are no members of the workspace.
const OUTSIDERS: [&str; 7] = [
    "fuzz",
    "bench/rust/gloo",
    "bench/rust/rayon",
    "bench/rust/wasmworker",
    "bench/rust/work",
    "examples/rust/app",
    "examples/rust/kernels",
];

fn format(workspace: &Workspace) -> Result<(), Failure> {
    plain(workspace, &["fmt", "--all", "--check"])?;
    OUTSIDERS.iter().try_for_each(|folder| {
        let manifest = format!("{folder}/Cargo.toml");
        plain(workspace, &["fmt", "--manifest-path", &manifest, "--check"])
    })
}

/// xtask and what drives browsers with it: tested as they run, in the `dev` profile, so that nothing of their many
/// dependencies is compiled again.
const AS_THEY_RUN: [&str; 2] = ["xtask", "unjank-bench"];

fn test_natively(workspace: &Workspace) -> Result<(), Failure> {
    run_in(workspace, &mut test_others())?;
    let mut command = cargo();
    command.args(["test", "--profile", "dev"]);
    command.args(AS_THEY_RUN.iter().flat_map(|package| ["--package", package]));
    run_in(workspace, &mut command)
}

/// Tests of all that needs neither browser nor xtask.
fn test_others() -> Command {
    let mut command = cargo();
    command.args(["test", "--workspace", "--exclude", "unjank-e2e"]);
    command.args(AS_THEY_RUN.iter().flat_map(|package| ["--exclude", package]));
    command
}

/// Where the command `unjank` is, as the native tests build it: built by itself it would have its dependencies with other
/// features, and the compiler of modules takes minutes.
fn command_program(workspace: &Workspace) -> Result<PathBuf, Failure> {
    run_in(workspace, test_others().args(["--no-run", "--quiet", "--test", "command"]))?;
    Ok(workspace.target().join("debug").join("unjank"))
}

fn document(workspace: &Workspace) -> Result<(), Failure> {
    let mut command = cargo();
    command.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-Dwarnings");
    run_in(workspace, &mut command)
}

fn build(
    workspace: &Workspace,
    recipe: &package::Recipe,
    profile: Profile,
    out: &Path,
) -> Result<(), Failure> {
    package::package(workspace, recipe, profile, out).map_err(Failure::Package)
}

fn write(path: &Path, content: &serde_json::Value) -> Result<(), Failure> {
    at(path, fs::write(path, format!("{content:#}\n")))
}

/// Names the file of a failure.
fn at<T>(path: &Path, outcome: io::Result<T>) -> Result<T, Failure> {
    files::at(path, outcome).map_err(Failure::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_found_by_its_name() {
        for step in Step::ALL {
            assert_eq!(Step::named(step.name()), Some(step));
        }
        assert_eq!(Step::named("no such step"), None);
    }

    #[test]
    fn steps_are_listed_in_the_order_in_which_they_run() {
        assert!(Step::ALL.is_sorted());
    }

    #[test]
    fn only_what_is_needed_is_set_up() {
        let (chromium, webkit) = (Need::Browser(Engine::Chromium), Need::Browser(Engine::WebKit));
        assert_eq!(needs_of(&[Step::Fmt, Step::Doc], &Engine::ALL), []);
        assert_eq!(needs_of(&[Step::E2e], &[Engine::WebKit]), [webkit]);
        let both = needs_of(&[Step::Wasm, Step::E2e], &[Engine::WebKit]);
        assert_eq!(both, [Need::Target(WASM_TARGET), chromium, webkit]);
        assert_eq!(needs_of(&Step::ALL, &Engine::ALL).len(), 2 + Engine::ALL.len());
    }
}
