//! What a source imports, declares and exports, line by line.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{JoinError, flat};

/// One source.
pub(super) struct Module {
    pub(super) path: PathBuf,
    pub(super) imports: Vec<Import>,
    pub(super) declarations: Vec<Declaration>,
    /// Names that it exports as it has imported them.
    pub(super) passed_on: Vec<String>,
    /// The rest: without imports, without the word `export`, without comments.
    pub(super) body: String,
}

pub(super) struct Import {
    pub(super) names: Vec<String>,
    pub(super) from: PathBuf,
}

/// A name at the top level.
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) exported: bool,
}

/// What declarations begin with, the longest first.
const KINDS: [&str; 6] = ["async function ", "function ", "class ", "const ", "let ", "var "];

impl Module {
    pub(super) fn read(path: &Path, source: &str) -> Result<Self, JoinError> {
        let mut module = Self {
            path: path.to_path_buf(),
            imports: vec![],
            declarations: vec![],
            passed_on: vec![],
            body: String::new(),
        };
        let mut lines = source.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            if is_comment(line) {
                skip_comment(line, &mut lines);
            } else if line.starts_with("import ") {
                let whole = statement(line, &mut lines);
                let import = module.import(&whole);
                module.imports.push(import.ok_or_else(|| module.unread(index, line))?);
            } else if line.starts_with("export {") && line.contains(" from ") {
                let import = module.import(&line.replacen("export", "import", 1));
                let import = import.ok_or_else(|| module.unread(index, line))?;
                module.passed_on.extend(import.names.iter().cloned());
                module.imports.push(import);
            } else {
                module.line(index, line)?;
            }
        }
        Ok(module)
    }

    /// What it exports.
    pub(super) fn exports(&self) -> impl Iterator<Item = &str> {
        let exported = self.declarations.iter().filter(|declaration| declaration.exported);
        let declared = exported.map(|declaration| declaration.name.as_str());
        declared.chain(self.passed_on.iter().map(String::as_str))
    }

    fn import(&self, statement: &str) -> Option<Import> {
        let (names, from) = statement.strip_prefix("import {")?.split_once("} from '")?;
        let from = from.strip_suffix("';").filter(|from| from.starts_with('.'))?;
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        let names: Vec<_> = names.map(String::from).collect();
        // `a as b` would need another name in the body.
        let plain = names.iter().all(|name| name.chars().all(is_of_name));
        plain.then(|| Import { names, from: flat(&self.path.with_file_name(from)) })
    }

    /// Takes a line that is no import: what it declares, and its text.
    fn line(&mut self, index: usize, line: &str) -> Result<(), JoinError> {
        if line.trim() == "export {};" {
            return Ok(());
        }
        let exported = line.strip_prefix("export ");
        let text = exported.unwrap_or(line);
        let declared = KINDS.iter().find_map(|kind| text.strip_prefix(kind));
        if exported.is_some() && declared.is_none() {
            return Err(self.unread(index, line));
        }
        if let Some(rest) = declared {
            let name: String = rest.chars().take_while(|&c| is_of_name(c)).collect();
            if name.is_empty() {
                return Err(self.unread(index, line));
            }
            self.declarations.push(Declaration { name, exported: exported.is_some() });
        }
        self.body.push_str(text);
        self.body.push('\n');
        Ok(())
    }

    fn unread(&self, index: usize, text: &str) -> JoinError {
        JoinError::Form { path: self.path.clone(), line: index + 1, text: text.to_owned() }
    }
}

/// Whether nothing but a comment begins on this line. A comment behind code stays where it is.
fn is_comment(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with("//") || (text.starts_with("/*") && !holds_code(text))
}

/// Whether something follows a comment that ends on its line: a cast such as `/** @type {T} */ (x)`.
fn holds_code(text: &str) -> bool {
    text.split_once("*/").is_some_and(|(_, rest)| !rest.trim().is_empty())
}

fn skip_comment<'a>(line: &str, lines: &mut impl Iterator<Item = (usize, &'a str)>) {
    let text = line.trim_start();
    if text.starts_with("/*") && !text.contains("*/") {
        lines.find(|(_, line)| line.contains("*/"));
    }
}

/// A statement that ends with its first semicolon, in one line.
fn statement<'a>(first: &str, lines: &mut impl Iterator<Item = (usize, &'a str)>) -> String {
    let mut whole = first.to_owned();
    while !whole.ends_with(';') {
        let Some((_, line)) = lines.next() else { break };
        whole.push_str(line.trim());
    }
    whole
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The name of the number that a line at the top level declares, by digits and `names` of other numbers.
pub(super) fn number<'a>(line: &'a str, names: &BTreeSet<&str>) -> Option<&'a str> {
    let (name, value) = line.strip_prefix("const ")?.strip_suffix(';')?.split_once(" = ")?;
    let mut words = value.split(|c| !is_of_name(c)).filter(|word| !word.is_empty());
    let known =
        words.all(|word| word.starts_with(|c: char| c.is_ascii_digit()) || names.contains(word));
    let computed = value.chars().all(|c| is_of_name(c) || " ()*+-<|".contains(c));
    (known && computed).then_some(name)
}
