//! Tests of the built sites.

use std::{fs, path::PathBuf, process::Command};

use unjank_cli::command::{self, cargo};

use super::{Failure, Step, run_in};
use crate::{browser::Engine, workspace::Workspace};

/// The end-to-end tests.
const PACKAGE: &str = "unjank-e2e";

/// Those of them that speak the `DevTools` protocol, which Chromium alone has.
const DEVTOOLS: [&str; 6] = ["demo", "devtools", "flood", "jank", "soak", "turnover"];

/// Runs the end-to-end tests on the sites as they are built, in these engines.
pub(super) fn test(workspace: &Workspace, engines: &[Engine]) -> Result<(), Failure> {
    let site = expect_site(workspace.site(), Step::Build)?;
    let faults = expect_site(workspace.faults_site(), Step::Faults)?;
    let faults_glue = expect_site(workspace.faults_glue_site(), Step::Faults)?;
    run_in(workspace, end_to_end().arg("--tests").arg("--no-run"))?;
    expect_tests(workspace)?;
    let mut command = end_to_end();
    if engines.contains(&Engine::Chromium) {
        command.arg("--tests");
    } else {
        println!("left out without chromium: the tests in {}", DEVTOOLS.join(", "));
        let tests = test_files(workspace)?;
        let tests = tests.iter().filter(|name| !DEVTOOLS.contains(&name.as_str()));
        command.arg("--lib").args(tests.flat_map(|name| ["--test", name]));
    }
    // Shown as they go: the figures that the tests measure.
    command.args(["--", "--nocapture"]).env("UNJANK_SITE", site);
    command.env("UNJANK_FAULTS", faults).env("UNJANK_FAULTS_GLUE", faults_glue);
    run_in(workspace, command.env("UNJANK_BROWSERS", names(engines)))
}

/// Shows how long the demo takes, as it is built, in these engines: more runs of each kind than the test
/// has time for.
///
/// # Errors
/// It is not built, or two workers are slower than the main thread.
pub fn demo_times(workspace: &Workspace, engines: &[Engine]) -> Result<(), Failure> {
    let site = expect_site(workspace.site(), Step::Build)?;
    let mut command = end_to_end();
    command.args(["--quiet", "--test", "times", "--", "--nocapture"]).env("UNJANK_SITE", site);
    command.env("UNJANK_ROUNDS", "7").env("UNJANK_BROWSERS", names(engines));
    run_in(workspace, &mut command)
}

/// As the tests take them.
pub(super) fn names(engines: &[Engine]) -> String {
    let names: Vec<_> = engines.iter().map(|engine| engine.name()).collect();
    names.join(" ")
}

/// In the `dev` profile, in which xtask is compiled already: optimising would not hurry a browser.
pub(super) fn end_to_end() -> Command {
    let mut command = cargo();
    command.args(["test", "--profile", "dev", "--package", PACKAGE]);
    command
}

/// What cargo takes for tests: the files and folders of the folder `tests`.
fn test_files(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let folder = workspace.root().join("e2e/tests");
    let failure = |error| Failure::File { path: folder.clone(), error };
    let entries: Vec<_> = fs::read_dir(&folder).and_then(Iterator::collect).map_err(failure)?;
    let stem = |entry: fs::DirEntry| Some(entry.path().file_stem()?.to_str()?.to_owned());
    let mut names: Vec<String> = entries.into_iter().filter_map(stem).collect();
    names.sort_unstable();
    Ok(names)
}

/// Cargo takes a package without tests for a success.
fn expect_tests(workspace: &Workspace) -> Result<(), Failure> {
    let mut command = end_to_end();
    command.args(["--tests", "--", "--list", "--format=terse"]).current_dir(workspace.root());
    let listed = command::capture(&mut command).map_err(Failure::Command)?;
    if names_a_test(&listed) { Ok(()) } else { Err(Failure::NoTests(PACKAGE)) }
}

/// Reads what the test harness lists: a line `name: test` for each.
fn names_a_test(listed: &str) -> bool {
    listed.lines().any(|line| line.ends_with(": test"))
}

/// The folder `site`, which the step `made_by` makes.
///
/// # Errors
/// [`Failure::NotBuilt`] when it has not been made.
pub(super) fn expect_site(site: PathBuf, made_by: Step) -> Result<PathBuf, Failure> {
    if site.is_dir() { Ok(site) } else { Err(Failure::NotBuilt { site, made_by }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_that_is_not_built_is_named_with_its_step() {
        let workspace = Workspace::at("/no/such/source", "/no/such/target");
        let error = expect_site(workspace.faults_site(), Step::Faults).unwrap_err().to_string();
        assert!(error.contains("site-faults") && error.contains("--only faults"), "{error}");
    }

    #[test]
    fn the_tests_that_only_chromium_can_do_are_those_that_use_its_client() {
        let workspace = Workspace::find().unwrap();
        let folder = workspace.root().join("e2e/tests");
        let source = |name: &String| {
            let files = [format!("{name}.rs"), format!("{name}/main.rs")];
            let file = files.iter().map(|file| folder.join(file)).find(|file| file.is_file());
            fs::read_to_string(file.unwrap()).unwrap()
        };
        let tests = test_files(&workspace).unwrap();
        let using: Vec<_> =
            tests.iter().filter(|name| source(name).contains("browser::Browser")).collect();
        assert_eq!(using, DEVTOOLS);
        assert!(tests.len() > DEVTOOLS.len(), "{tests:?} have some for every browser");
    }

    #[test]
    fn an_empty_list_names_no_test() {
        assert!(!names_a_test(""));
        assert!(!names_a_test("0 tests, 0 benchmarks\n"));
        assert!(names_a_test("page::opens: test\n"));
    }
}
