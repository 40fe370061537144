//! Types of the JavaScript, checked by the TypeScript compiler.

use std::process::Command;

use super::{Failure, Step, run_in, sites::expect_site, write};
use crate::{programs, workspace::Workspace};

/// The type checker, pinned: a later one may find more.
const TYPESCRIPT: &str = "typescript@5.9.3";

/// The pages import `./pkg/...`, which is where the site has it and the sources don't: `rootDirs`
/// lays the two folders over each other.
pub(super) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let pages = workspace.root().join("www");
    let settings = pages.join("jsconfig.json");
    if !settings.is_file() {
        println!("skipped: there is no {}", settings.display());
        return Ok(());
    }
    let path = programs::search_path();
    let (Some(_), Some(npx)) =
        (programs::find_in(&path, &["node"]), programs::find_in(&path, &["npx"]))
    else {
        println!("skipped: install Node.js with npm to check the types of the JavaScript");
        return Ok(());
    };
    let site = expect_site(workspace.site(), Step::Build)?;
    let overlay = workspace.target().join("jsconfig.json");
    let content = serde_json::json!({
        "extends": settings,
        "compilerOptions": { "noEmit": true, "rootDirs": [pages, site] }
    });
    write(&overlay, &content)?;
    let mut command = Command::new(npx);
    command.args(["--yes", "--package", TYPESCRIPT, "--", "tsc", "--project"]).arg(&overlay);
    run_in(workspace, &mut command)
}
