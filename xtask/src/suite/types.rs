//! Types of the JavaScript, checked by the TypeScript compiler.

use std::path::{Path, PathBuf};

use super::{Failure, Step, run_in, sites::expect_site, write};
use crate::{
    node::Node,
    tools::{Tools, TypeScript},
    workspace::Workspace,
};

/// What is checked together. Sources import `./pkg/...`, which is where the sites have it and they
/// don't, so their folders and those of the sites are laid over each other.
struct Program {
    name: &'static str,
    /// Relative to the workspace: folders.
    sources: &'static [&'static str],
    /// Sites with a `pkg` that the sources import.
    built: Vec<PathBuf>,
    /// The language it may use, and where it runs: pages run in older browsers than tests do.
    libraries: &'static [&'static str],
}

const PAGE: &[&str] = &["es2022", "dom", "dom.iterable", "dom.asynciterable"];
const TESTS: &[&str] = &["es2024", "dom", "dom.iterable", "dom.asynciterable"];
const WORKER: &[&str] = &["es2022", "webworker", "webworker.iterable", "webworker.asynciterable"];

fn programs(site: &Path, faults: &Path, faults_glue: &Path) -> [Program; 5] {
    [
        Program { name: "pages", sources: &["www"], built: vec![site.into()], libraries: PAGE },
        Program { name: "worker", sources: &["worker/js"], built: Vec::new(), libraries: WORKER },
        Program { name: "pool", sources: &["pool/js"], built: Vec::new(), libraries: PAGE },
        Program {
            name: "faults",
            sources: &["e2e/pages", "e2e/faults/www", "e2e/faults-glue/www"],
            built: vec![faults.into(), faults_glue.into()],
            libraries: TESTS,
        },
        // Peers and the benchmark's own kernels are not built here: `bench/pages/loaded.d.ts` says what
        // is used of them.
        Program {
            name: "bench",
            sources: &["bench/pages"],
            built: vec![site.into()],
            libraries: TESTS,
        },
    ]
}

/// Folders of tests, which run in Node.js: its types are not installed.
const LEFT_OUT: &str = "**/test";

/// Checks all JavaScript of the project, with the strictness that `www/jsconfig.json` states.
pub(super) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let Some(node) = Node::find() else {
        println!("skipped: install Node.js with npm to check the types of the JavaScript");
        return Ok(());
    };
    let site = expect_site(workspace.site(), Step::Build)?;
    let faults = expect_site(workspace.faults_site(), Step::Faults)?;
    let faults_glue = expect_site(workspace.faults_glue_site(), Step::Faults)?;
    let tools = Tools::install_checks(workspace, &node).map_err(Failure::Tools)?;
    let compiler = tools.type_checker(TypeScript::Ours);
    for program in programs(&site, &faults, &faults_glue) {
        let settings = program.settings(workspace)?;
        run_in(workspace, &mut node.type_checker(&compiler, &settings))?;
    }
    Ok(())
}

impl Program {
    /// Writes its settings and says where.
    fn settings(&self, workspace: &Workspace) -> Result<PathBuf, Failure> {
        let sources: Vec<_> =
            self.sources.iter().map(|source| workspace.root().join(source)).collect();
        let folders = |ending: &str| sources.iter().map(|folder| folder.join(ending)).collect();
        let (included, left_out): (Vec<_>, Vec<_>) = (folders("**/*"), folders(LEFT_OUT));
        let roots: Vec<_> = sources.iter().chain(&self.built).collect();
        let content = serde_json::json!({
            "extends": workspace.root().join("www/jsconfig.json"),
            "compilerOptions": { "noEmit": true, "rootDirs": roots, "lib": self.libraries },
            "include": included,
            "exclude": left_out,
        });
        let settings = workspace.target().join(format!("jsconfig-{}.json", self.name));
        write(&settings, &content)?;
        Ok(settings)
    }
}
