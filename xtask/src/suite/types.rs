//! Types of the JavaScript, checked by the TypeScript compiler.

use std::path::{Path, PathBuf};

use super::{Failure, Step, run_in, sites::expect_site, write};
use crate::{node::Node, workspace::Workspace};

/// What is checked together. Sources import `./pkg/...`, which is where the site has it and they
/// don't, so their folders and the site's are laid over each other.
struct Program {
    name: &'static str,
    /// Relative to the workspace: folders and files.
    sources: &'static [&'static str],
    /// Relative to the workspace: folders that are one folder in the site.
    folders: &'static [&'static str],
    /// That folder in the site.
    built: PathBuf,
    /// The language it may use: pages run in older browsers than tests do.
    language: &'static str,
}

fn programs(site: &Path, faults: &Path) -> [Program; 5] {
    [
        Program {
            name: "pages",
            sources: &["www"],
            folders: &["www"],
            built: site.into(),
            language: "es2022",
        },
        Program {
            name: "workers",
            sources: &["demo/worker.js", "worker/js"],
            folders: &["demo", "worker/js"],
            built: site.join("pkg"),
            language: "es2022",
        },
        Program {
            name: "faults",
            sources: &["e2e/pages", "e2e/faults/www"],
            folders: &["e2e/pages", "e2e/faults/www"],
            built: faults.into(),
            language: "es2024",
        },
        Program {
            name: "faults-worker",
            sources: &["e2e/faults/worker.js"],
            folders: &["e2e/faults", "worker/js"],
            built: faults.join("pkg"),
            language: "es2022",
        },
        // Peers and the benchmark's own module are not built here: `bench/pages/loaded.d.ts` says what
        // is used of them, in the pool's own types.
        Program {
            name: "bench",
            sources: &["bench/pages"],
            folders: &["bench/pages"],
            built: site.into(),
            language: "es2024",
        },
    ]
}

/// Checks all JavaScript of the project, with the strictness that `www/jsconfig.json` states.
pub(super) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let Some(node) = Node::find() else {
        println!("skipped: install Node.js with npm to check the types of the JavaScript");
        return Ok(());
    };
    let site = expect_site(workspace.site(), Step::Build)?;
    let faults = expect_site(workspace.faults_site(), Step::Faults)?;
    for program in programs(&site, &faults) {
        let settings = program.settings(workspace)?;
        run_in(workspace, &mut node.type_checker(&settings))?;
    }
    Ok(())
}

impl Program {
    /// Writes its settings and says where.
    fn settings(&self, workspace: &Workspace) -> Result<PathBuf, Failure> {
        let sources = self.sources.iter().map(|source| workspace.root().join(source));
        let (files, folders): (Vec<_>, Vec<_>) = sources.partition(|source| source.is_file());
        let folders: Vec<_> = folders.iter().map(|folder| folder.join("**/*")).collect();
        let roots = self.folders.iter().map(|folder| workspace.root().join(folder));
        let roots: Vec<_> = roots.chain([self.built.clone()]).collect();
        let content = serde_json::json!({
            "extends": workspace.root().join("www/jsconfig.json"),
            "compilerOptions": {
                "noEmit": true,
                "rootDirs": roots,
                "lib": [self.language, "dom", "dom.iterable", "dom.asynciterable"],
            },
            "files": files,
            "include": folders,
        });
        let settings = workspace.target().join(format!("jsconfig-{}.json", self.name));
        write(&settings, &content)?;
        Ok(settings)
    }
}
