//! Uses of the package's types, as who depends on it writes them: by the oldest and by the newest
//! compiler, by each way in which packages are found, right ones and wrong ones.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use unjank_cli::{
    command,
    files::{copy_folder, remove},
};

use super::{Failure, at, write};
use crate::{
    node::Node,
    tools::{Tools, TypeScript},
    workspace::Workspace,
};

/// Relative to the workspace: where the uses are.
const USES: &str = "pool/js/test";

/// What stands above a wrong use, before the codes that compilers may refuse it with.
const WRONG: &str = "@ts-expect-error";

/// The same for a compiler that is to show its errors.
const SHOWN: &str = "refused";

/// Files of uses, and what else they know than a page of today.
const FILES: [(&str, &[&str]); 3] = [
    ("types.test-d.ts", &[]),
    ("types-kernels.test-d.ts", &[]),
    ("types-disposable.test-d.ts", &["esnext.disposable"]),
];

/// How packages are found, with the modules that go with it.
const RESOLUTIONS: [(&str, &str); 2] = [("bundler", "es2022"), ("nodenext", "nodenext")];

/// Checks the uses against the package that was built.
pub(super) fn check(workspace: &Workspace, node: &Node, tools: &Tools) -> Result<(), Failure> {
    let stage = workspace.target().join("declarations");
    lay_out(workspace, &stage)?;
    for (name, libraries) in FILES {
        let wanted = stage_uses(&workspace.root().join(USES).join(name), &stage.join(name))?;
        for (resolution, modules) in RESOLUTIONS {
            let settings = stage.join(format!("{name}-{resolution}.json"));
            write(&settings, &settings_of(name, libraries, resolution, modules))?;
            for version in [TypeScript::Oldest, TypeScript::Newest] {
                let mut checker = node.type_checker(&tools.type_checker(version), &settings);
                let said = command::heard(checker.current_dir(&stage)).map_err(Failure::Command)?;
                let compiler = format!("{} ({resolution})", version.package());
                compare(&wanted, &said, name)
                    .map_err(|differences| Failure::Uses { compiler, differences })?;
            }
        }
    }
    println!("types: as they should be, by the oldest and the newest compiler");
    Ok(())
}

/// A folder with the package where npm puts it.
fn lay_out(workspace: &Workspace, stage: &Path) -> Result<(), Failure> {
    remove(stage)?;
    copy_folder(&workspace.npm(), &stage.join("node_modules/unjank"), &[])?;
    write(&stage.join("package.json"), &serde_json::json!({ "private": true, "type": "module" }))
}

/// Copies uses, so that the compiler shows what is wrong with the wrong ones; returns these.
fn stage_uses(source: &PathBuf, staged: &PathBuf) -> Result<Vec<Wrong>, Failure> {
    let uses = at(source, fs::read_to_string(source))?;
    at(staged, fs::write(staged, uses.replace(WRONG, SHOWN)))?;
    Ok(wrong_uses(&uses))
}

fn settings_of(
    name: &str,
    libraries: &[&str],
    resolution: &str,
    modules: &str,
) -> serde_json::Value {
    let known = [&["es2022", "dom", "dom.iterable", "dom.asynciterable"], libraries].concat();
    serde_json::json!({
        "compilerOptions": {
            "target": "es2022",
            "module": modules,
            "moduleResolution": resolution,
            "lib": known,
            "strict": true,
            "exactOptionalPropertyTypes": true,
            "noUncheckedIndexedAccess": true,
            "noEmit": true,
            "types": [],
        },
        "files": [name],
    })
}

/// A line that must not compile.
#[derive(Debug, PartialEq, Eq)]
struct Wrong {
    line: usize,
    /// What a compiler may say of it.
    codes: BTreeSet<String>,
}

/// The lines below the comments that say so.
fn wrong_uses(source: &str) -> Vec<Wrong> {
    let lines = source.lines().enumerate();
    let wrong = lines.filter_map(|(place, line)| {
        let said = line.split_once(WRONG)?.1.split_whitespace().next().unwrap_or_default();
        Some(Wrong { line: place + 2, codes: said.split('|').map(str::to_owned).collect() })
    });
    wrong.collect()
}

/// Whether what a compiler says of the file `name` is what is wrong with it, and all of it; otherwise what
/// is said of other lines, or of none, or is not said.
fn compare(wanted: &[Wrong], said: &str, name: &str) -> Result<(), String> {
    let errors = said.lines().filter(|line| line.contains("error TS"));
    let errors: Vec<_> = errors.map(|error| (error, place_of(error, name))).collect();
    let is_wanted = |place: Option<(usize, &str)>| {
        let fits = |wrong: &Wrong, line, code| wrong.line == line && wrong.codes.contains(code);
        place.is_some_and(|(line, code)| wanted.iter().any(|wrong| fits(wrong, line, code)))
    };
    let more = errors.iter().filter(|(_, place)| !is_wanted(*place));
    let more = more.map(|(error, _)| (*error).to_owned());
    let is_told = |wrong: &Wrong| {
        errors.iter().any(|(_, place)| place.is_some_and(|(line, _)| line == wrong.line))
    };
    let less = wanted.iter().filter(|wrong| !is_told(wrong));
    let less = less.map(|Wrong { line, .. }| format!("{name}({line}): compiles, and must not"));
    let differences: Vec<_> = more.chain(less).collect();
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
}

/// The line and the code of `name(line,column): error code: ...`.
fn place_of<'e>(error: &'e str, name: &str) -> Option<(usize, &'e str)> {
    let (line, rest) = error.strip_prefix(name)?.strip_prefix('(')?.split_once(',')?;
    let code = rest.split_once("error ")?.1.split(':').next()?;
    Some((line.parse().ok()?, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USES: &str = "\
right();
// @ts-expect-error TS1|TS2 -- so
wrong();
";

    #[test]
    fn what_must_not_compile_may_be_refused_in_other_words() {
        let wanted = wrong_uses(USES);
        assert_eq!(wanted, [Wrong { line: 3, codes: ["TS1", "TS2"].map(str::to_owned).into() }]);
        for code in ["TS1", "TS2"] {
            let said = format!("a.ts(3,1): error {code}: no\n  as it is\n");
            assert_eq!(compare(&wanted, &said, "a.ts"), Ok(()));
        }
    }

    #[test]
    fn whatever_else_a_compiler_says_or_does_not_say_is_told() {
        let wanted = wrong_uses(USES);
        assert!(compare(&wanted, "", "a.ts").unwrap_err().contains("a.ts(3): compiles"));
        for line in [
            "a.ts(3,1): error TS3: for another reason",
            "a.ts(1,1): error TS1: the right one",
            "node_modules/unjank/index.d.ts(3,1): error TS1: the package",
            "error TS5: the settings",
        ] {
            let said = format!("a.ts(3,9): error TS1: no\n{line}\n");
            assert_eq!(compare(&wanted, &said, "a.ts"), Err(line.to_owned()));
        }
    }

    #[test]
    fn every_file_of_uses_is_checked() {
        let workspace = Workspace::find().unwrap();
        let folder = workspace.root().join(super::USES);
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let names = entries.filter_map(|name| name.into_string().ok());
        let found: BTreeSet<_> = names.filter(|name| name.ends_with(".test-d.ts")).collect();
        assert_eq!(found, FILES.map(|(name, _)| name.to_owned()).into());
    }
}
