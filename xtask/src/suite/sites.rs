//! Tests of the built sites.

use std::{path::PathBuf, process::Command};

use super::{Failure, Step, run_in};
use crate::{
    command::{self, cargo},
    workspace::Workspace,
};

/// The end-to-end tests.
const PACKAGE: &str = "unjank-e2e";

/// Runs the end-to-end tests on the sites as they are built.
pub(super) fn test(workspace: &Workspace) -> Result<(), Failure> {
    let site = expect_site(workspace.site(), Step::Build)?;
    let faults = expect_site(workspace.faults_site(), Step::Faults)?;
    run_in(workspace, end_to_end().arg("--no-run"))?;
    expect_tests(workspace)?;
    // Shown as they go: the figures that the tests measure.
    let mut command = end_to_end();
    command.args(["--", "--nocapture"]).env("UNJANK_SITE", site).env("UNJANK_FAULTS", faults);
    run_in(workspace, &mut command)
}

/// In the `dev` profile, in which xtask is compiled already: optimising would not hurry a browser.
fn end_to_end() -> Command {
    let mut command = cargo();
    command.args(["test", "--profile", "dev", "--package", PACKAGE, "--tests"]);
    command
}

/// Cargo takes a package without tests for a success.
fn expect_tests(workspace: &Workspace) -> Result<(), Failure> {
    let mut command = end_to_end();
    command.args(["--", "--list", "--format=terse"]).current_dir(workspace.root());
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
    fn an_empty_list_names_no_test() {
        assert!(!names_a_test(""));
        assert!(!names_a_test("0 tests, 0 benchmarks\n"));
        assert!(names_a_test("page::opens: test\n"));
    }
}
