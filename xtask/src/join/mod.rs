//! Joins small ES modules into one file.
//!
//! The workers' JavaScript is written in modules of one noun each and shipped in single files: a
//! worker that imports nothing starts after one request, and is valid as a classic script too.
//!
//! The sources keep to a small part of the language, so that lines tell all there is to know:
//!
//! - an import takes names from a relative path: `import { a, b } from './c.js';`, on one line or more;
//! - an export stands in front of a declaration: `export const`, `export function`, `export class`,
//!   `export async function`; or passes on what another module has: `export { a } from './b.js';`;
//! - no two modules declare the same name at their top level, exported or not.
//!
//! What doesn't keep to it is refused by name. Comments are left out, since they are for who reads the
//! sources; and numbers come first, so that minifiers do without their names.

mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    error, fmt, fs, io,
    path::{Component, Path, PathBuf},
};

use source::{Declaration, Import, Module, number};

/// What the joined file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A script that runs, classic or module: nothing of it is seen from outside.
    Script,
    /// An ES module with the exports of its entry.
    Module,
}

/// Why modules can't be joined.
#[derive(Debug)]
#[non_exhaustive]
pub enum JoinError {
    /// A source can't be read.
    File {
        /// The source.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// An import or export in a form that isn't understood here.
    Form {
        /// The source.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// Two modules declare one name.
    Twice {
        /// The name.
        name: String,
        /// Who declares it.
        paths: [PathBuf; 2],
    },
    /// A name that is imported isn't exported.
    Missing {
        /// The name.
        name: String,
        /// Who imports it.
        path: PathBuf,
        /// From where.
        from: PathBuf,
    },
    /// Modules that need each other.
    Cycle(PathBuf),
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Form { path, line, text } => write!(
                f,
                "{}:{line}: `{text}` can't be joined: import names from a relative path, export \
                 declarations",
                path.display()
            ),
            Self::Twice { name, paths: [one, other] } => write!(
                f,
                "{name} is declared by {} and by {}: give one of them another name",
                one.display(),
                other.display()
            ),
            Self::Missing { name, path, from } => write!(
                f,
                "{} imports {name} from {}, which doesn't export it",
                path.display(),
                from.display()
            ),
            Self::Cycle(path) => {
                write!(f, "{} imports itself by way of others: cut the circle", path.display())
            }
        }
    }
}

impl error::Error for JoinError {}

/// Joins the module `entry` of `folder` and whatever it imports, in the order in which they need
/// each other.
///
/// # Errors
/// [`JoinError`]: a source that is missing, that isn't written as it has to be, or whose names clash.
pub fn join(folder: &Path, entry: &str, form: Form) -> Result<String, JoinError> {
    join_with(&|path| fs::read_to_string(path), &folder.join(entry), form)
}

/// Reads a source.
type Read<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

fn join_with(read: Read<'_>, entry: &Path, form: Form) -> Result<String, JoinError> {
    let mut joined = Joined { read, modules: vec![], places: BTreeMap::new() };
    joined.add(entry)?;
    joined.expect_names_once()?;
    Ok(joined.print(form))
}

/// Modules in the order in which they need each other.
struct Joined<'a> {
    read: Read<'a>,
    modules: Vec<Module>,
    /// Where each is in the list; `None` while those that it imports are added.
    places: BTreeMap<PathBuf, Option<usize>>,
}

impl Joined<'_> {
    /// Adds a module behind those that it imports; says where it is.
    fn add(&mut self, path: &Path) -> Result<usize, JoinError> {
        let path = flat(path);
        match self.places.get(&path) {
            Some(&Some(place)) => return Ok(place),
            Some(None) => return Err(JoinError::Cycle(path)),
            None => {}
        }
        self.places.insert(path.clone(), None);
        let source = (self.read)(&path);
        let source = source.map_err(|error| JoinError::File { path: path.clone(), error })?;
        let module = Module::read(&path, &source)?;
        for import in &module.imports {
            let place = self.add(&import.from)?;
            self.expect_exported(&module, import, place)?;
        }
        let place = self.modules.len();
        self.modules.push(module);
        self.places.insert(path, Some(place));
        Ok(place)
    }

    fn expect_exported(
        &self,
        module: &Module,
        import: &Import,
        place: usize,
    ) -> Result<(), JoinError> {
        let exports: Vec<_> = self.modules[place].exports().collect();
        match import.names.iter().find(|name| !exports.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(JoinError::Missing {
                name: name.clone(),
                path: module.path.clone(),
                from: import.from.clone(),
            }),
        }
    }

    fn expect_names_once(&self) -> Result<(), JoinError> {
        let mut owners: BTreeMap<&str, &Path> = BTreeMap::new();
        for module in &self.modules {
            for Declaration { name, .. } in &module.declarations {
                if let Some(other) = owners.insert(name, &module.path) {
                    let paths = [other.to_path_buf(), module.path.clone()];
                    return Err(JoinError::Twice { name: name.clone(), paths });
                }
            }
        }
        Ok(())
    }

    fn print(&self, form: Form) -> String {
        let lines = self.modules.iter().flat_map(|module| module.body.trim().lines());
        let mut names = BTreeSet::new();
        // A minifier puts a number where it is used if nothing but numbers is declared before it.
        let (numbers, rest): (Vec<_>, Vec<_>) =
            lines.partition(|line| match number(line, &names) {
                Some(name) => names.insert(name),
                None => false,
            });
        let body = [numbers, rest].concat().join("\n");
        match form {
            Form::Script => format!("(() => {{\n'use strict';\n{body}\n}})();\n"),
            Form::Module => {
                let names: Vec<_> =
                    self.modules.last().into_iter().flat_map(Module::exports).collect();
                format!("{body}\nexport {{ {} }};\n", names.join(", "))
            }
        }
    }
}

/// The path without `.` and `..`, so that a module is the same whoever imports it.
fn flat(path: &Path) -> PathBuf {
    let mut flat = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir && flat.file_name().is_some() {
            flat.pop();
        } else if part != Component::CurDir {
            flat.push(part);
        }
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sources<'a> = &'a [(&'a str, &'a str)];

    fn joined(sources: Sources<'_>, form: Form) -> Result<String, String> {
        let read = |path: &Path| {
            let source = sources.iter().find(|(name, _)| Path::new(name) == path);
            source.map(|(_, text)| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
        };
        let entry = Path::new(sources[0].0);
        join_with(&read, entry, form).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_needed_comes_first_and_once() {
        let sources = [
            ("js/entry.js", "import { a } from './a.js';\nimport { b } from './b.js';\n\na(b);\n"),
            ("js/a.js", "import { b } from './b.js';\nexport function a(x) {\n  return b(x);\n}\n"),
            ("js/b.js", "export const b = (x) => x;\n"),
        ];
        let script = joined(&sources, Form::Script).unwrap();
        let body = "const b = (x) => x;\nfunction a(x) {\n  return b(x);\n}\na(b);";
        assert_eq!(script, format!("(() => {{\n'use strict';\n{body}\n}})();\n"));
    }

    #[test]
    fn a_module_exports_what_its_entry_does() {
        let sources = [
            ("entry.js", "import { b } from './b.js';\nexport const a = b;\nexport class C {}\n"),
            ("b.js", "export const b = 1;\n"),
        ];
        let module = joined(&sources, Form::Module).unwrap();
        assert_eq!(module, "const b = 1;\nconst a = b;\nclass C {}\nexport { a, C };\n");
    }

    #[test]
    fn what_is_passed_on_is_exported() {
        let sources = [
            ("entry.js", "export { C } from './c.js';\nexport const a = 1;\n"),
            ("c.js", "export class C {}\n"),
        ];
        let module = joined(&sources, Form::Module).unwrap();
        assert_eq!(module, "const a = 1;\nclass C {}\nexport { a, C };\n");
    }

    #[test]
    fn imports_may_have_many_lines_and_lie_in_other_folders() {
        let sources = [
            ("worker/js/entry.js", "import {\n  a,\n  b,\n} from '../../pool/js/ab.js';\na(b);\n"),
            ("pool/js/ab.js", "export async function a(x) {}\nexport let b = 2;\n"),
        ];
        assert!(
            joined(&sources, Form::Script).unwrap().contains("async function a(x) {}\nlet b = 2;")
        );
    }

    #[test]
    fn comments_go_and_casts_stay() {
        let source = "/**\n * import { x } from 'y';\n */\n// here\nexport const a = 1; // there\n\
                      const b = (\n  /** @type {any} */ (a)\n);\n  /* inner */\n";
        let script = joined(&[("a.js", source)], Form::Script).unwrap();
        assert!(
            !script.contains("import") && !script.contains("here\n'") && !script.contains("inner")
        );
        assert!(
            script.contains("const a = 1; // there\n") && script.contains("/** @type {any} */ (a)")
        );
    }

    #[test]
    fn numbers_come_first_and_what_they_are_made_of_before_them() {
        let sources = [
            ("a.js", "import { B } from './b.js';\nconst A = (B << 16) | 0x6a;\nlet c = A;\n"),
            (
                "b.js",
                "class D {}\nexport const B = 2 ** 31;\nconst E = D;\nconst F = [1];\nconst G = -F;\n",
            ),
        ];
        let script = joined(&sources, Form::Script).unwrap();
        let body = "const B = 2 ** 31;\nconst A = (B << 16) | 0x6a;\n\
                    class D {}\nconst E = D;\nconst F = [1];\nconst G = -F;\nlet c = A;";
        assert_eq!(script, format!("(() => {{\n'use strict';\n{body}\n}})();\n"));
    }

    #[test]
    fn one_name_twice_is_refused() {
        let sources = [
            ("a.js", "import { b } from './b.js';\nconst size = 1;\nb(size);\n"),
            ("b.js", "const size = 2;\nexport function b() {}\n"),
        ];
        let error = joined(&sources, Form::Script).unwrap_err();
        assert!(error.starts_with("size is declared by b.js and by a.js"), "{error}");
    }

    #[test]
    fn what_cannot_be_joined_is_named_with_its_line() {
        let refused = [
            "import * as b from './b.js';",
            "import b from './b.js';",
            "import { b as c } from './b.js';",
            "import { b } from 'package';",
            "import './b.js';",
            "export default 1;",
            "export * from './b.js';",
            "export { b };",
            "const { x } = y;",
        ];
        for line in refused {
            let source = format!("// first\n{line}\n");
            let error = joined(&[("a.js", &source), ("b.js", "export const b = 1;")], Form::Script);
            assert!(
                error.clone().unwrap_err().starts_with(&format!("a.js:2: `{line}`")),
                "{error:?}"
            );
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let entry = ("a.js", "import { b } from './b.js';\nb();\n");
        let error = joined(&[entry], Form::Script).unwrap_err();
        assert!(error.starts_with("b.js: "), "{error}");
        let error = joined(&[entry, ("b.js", "const b = 1;\n")], Form::Script).unwrap_err();
        assert_eq!(error, "a.js imports b from b.js, which doesn't export it");
    }

    #[test]
    fn a_circle_is_refused() {
        let sources = [
            ("a.js", "import { b } from './b.js';\nexport const a = b;\n"),
            ("b.js", "import { a } from './a.js';\nexport const b = a;\n"),
        ];
        assert!(joined(&sources, Form::Script).unwrap_err().contains("a.js imports itself"));
    }

    #[test]
    fn the_sources_of_the_worker_can_be_joined() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../worker/js");
        let worker = join(&folder, "worker.js", Form::Script).unwrap();
        let loose = |line: &&str| line.starts_with("import ") || line.starts_with("export ");
        assert_eq!(worker.lines().find(loose), None);
        let shell = join(&folder, "shell.js", Form::Module).unwrap();
        assert!(shell.ends_with("export { serve };\n"));
        let alone = join(&folder, "alone.js", Form::Module).unwrap();
        assert!(alone.contains("instantiate"));
    }

    /// Runs a file as a classic script and as a module, in a scope that is a worker's, and says what
    /// it posts in each.
    const BOTH_WAYS: &str = r"
        const [path, fs, vm] = [process.argv[1], require('node:fs'), require('node:vm')];
        const said = [];
        const postMessage = (word) => said.push(word.unjank);
        globalThis.self = { postMessage, close() {}, performance, navigator: {} };
        vm.runInThisContext(fs.readFileSync(path, 'utf8'));
        const url = `data:text/javascript,${encodeURIComponent(fs.readFileSync(path, 'utf8'))}`;
        import(url).then(() => process.stdout.write(said.join()));
    ";

    #[test]
    fn the_joined_worker_runs_as_a_script_and_as_a_module() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../worker/js");
        let worker = join(&folder, "worker.js", Form::Script).unwrap();
        let file = std::env::temp_dir().join(format!("unjank-join-{}.js", std::process::id()));
        fs::write(&file, worker).unwrap();
        let node = std::process::Command::new("node").args(["-e", BOTH_WAYS]).arg(&file).output();
        fs::remove_file(&file).unwrap();
        // Where there is no Node.js the suite says so.
        let Ok(ran) = node else { return };
        let said = String::from_utf8_lossy(&ran.stdout);
        assert_eq!(said, "listening,listening", "{}", String::from_utf8_lossy(&ran.stderr));
    }
}
