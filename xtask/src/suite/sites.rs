//! Tests of the built sites.

use std::path::PathBuf;

use super::{Failure, Step, run_in};
use crate::{command::cargo, workspace::Workspace};

/// Runs the end-to-end tests on the sites as they are built.
pub(super) fn test(workspace: &Workspace) -> Result<(), Failure> {
    let mut command = cargo();
    command
        // As xtask is compiled already, and optimising would not hurry a browser.
        .args(["test", "--profile", "dev", "--package", "unjank-e2e"])
        .env("UNJANK_SITE", expect_site(workspace.site(), Step::Build)?)
        .env("UNJANK_FAULTS", expect_site(workspace.faults_site(), Step::Faults)?);
    run_in(workspace, &mut command)
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
}
