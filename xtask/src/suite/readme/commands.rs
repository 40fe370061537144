//! The commands that the documents show.

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Stdio},
};

use unjank_cli::command::cargo;

use super::{
    super::newcomer::newcomer,
    blocks::{Block, BlockError, Place},
    stage::Stage,
};
use crate::node::Node;

/// How a command of a document is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It runs in this folder of the stage.
    Staged(&'static str),
    /// It runs in the repository.
    Here,
    /// It is this suite, never ends, or takes longer than a step may: it is looked up.
    Known,
    /// Other tests run it: those of `cli`, and of the apps that the command makes.
    Elsewhere,
}

const USES: [(&str, Use); 17] = [
    ("cargo test", Use::Staged(Stage::FIRST)),
    ("cargo build --release --target wasm32-unknown-unknown", Use::Staged(Stage::FIRST)),
    ("cargo install --path PATH/cli", Use::Elsewhere),
    ("unjank new photo", Use::Elsewhere),
    ("cd photo && unjank dev", Use::Elsewhere),
    ("cargo xtask package", Use::Here),
    ("unjank build", Use::Staged(Stage::PHOTO)),
    (
        "npm install --install-links PATH/target/npm/unjank ../photo-kernels/pkg",
        Use::Staged(Stage::APP),
    ),
    ("unjank check FOLDER/first.wasm", Use::Staged(Stage::FIRST)),
    (
        "unjank doctor https://example.com/ https://example.com/unjank/worker.js https://example.com/kernels.wasm",
        Use::Elsewhere,
    ),
    ("cargo xtask demo", Use::Known),
    ("cargo xtask test", Use::Known),
    ("cargo xtask bench", Use::Known),
    ("cargo xtask demo-times", Use::Known),
    ("cargo xtask filters", Use::Known),
    ("cargo xtask scaling", Use::Known),
    ("cargo xtask size", Use::Known),
];

/// Stands for where cargo's output is, in the documents: its folder need not be the usual one.
const TARGET: &str = "PATH/target";

/// Stands for where cargo puts modules.
const MODULES: &str = "FOLDER";

/// The commands of all blocks, in order, ready to run: each once, however many documents have it.
///
/// # Errors
/// [`BlockError::NoCommand`].
pub(super) fn commands_of(
    blocks: &[Block],
    stage: &Stage<'_>,
    node: &Node,
    unjank: &Path,
) -> Result<Vec<Command>, BlockError> {
    let mut seen = BTreeSet::new();
    let lines = blocks.iter().flat_map(lines_of).filter(|&(line, _)| seen.insert(line));
    let ready = |(line, place)| {
        let used = use_of(line);
        let used = used.ok_or_else(|| BlockError::NoCommand { place, command: line.to_owned() })?;
        Ok(prepare(line, used, stage, node, unjank))
    };
    lines.map(ready).filter_map(Result::transpose).collect()
}

/// The commands of a block, without comments, and where each is.
fn lines_of(block: &Block) -> impl Iterator<Item = (&str, Place)> {
    let Place { document, line: first } = &block.place;
    (*first..).zip(block.text.lines()).filter_map(move |(line, text)| {
        let command = text.split('#').next().unwrap_or_default().trim();
        (!command.is_empty()).then(|| (command, Place { document: document.clone(), line }))
    })
}

fn use_of(line: &str) -> Option<Use> {
    USES.iter().find_map(|&(command, used)| (command == line).then_some(used))
}

/// `None` for what runs elsewhere.
fn prepare(
    line: &str,
    used: Use,
    stage: &Stage<'_>,
    node: &Node,
    unjank: &Path,
) -> Option<Command> {
    let (program, words) = line.split_once(' ').unwrap_or((line, ""));
    let words: Vec<_> = words
        .split_whitespace()
        .map(|word| word.replace(TARGET, &stage.workspace.target().to_string_lossy()))
        .map(|word| word.replace(MODULES, &stage.modules().to_string_lossy()))
        .collect();
    let folder = match used {
        Use::Staged(name) => stage.folder(name),
        Use::Here | Use::Known => stage.workspace.root().to_path_buf(),
        Use::Elsewhere => return None,
    };
    let mut command = match (program, used) {
        ("npm", _) => node.npm(),
        ("unjank", _) => newcomer(Command::new(unjank)),
        (_, Use::Staged(_)) => Stage::cargo(),
        _ => cargo(),
    };
    command.current_dir(folder);
    if used == Use::Known {
        command.arg("--quiet").args(words).arg("--help").stdout(Stdio::null());
    } else {
        command.args(words);
    }
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Block {
        let place = Place { document: "README.md".into(), line: 20 };
        Block { place, language: "sh".into(), text: text.into() }
    }

    #[test]
    fn a_command_is_a_line_without_its_comment() {
        let block = block("cargo test     # why\n\n# a word\ncargo xtask size\n");
        let lines: Vec<_> =
            lines_of(&block).map(|(line, place)| (line, place.to_string())).collect();
        let expected = [("cargo test", "README.md:20"), ("cargo xtask size", "README.md:23")];
        assert_eq!(lines, expected.map(|(line, place)| (line, place.to_owned())));
    }

    #[test]
    fn only_what_somebody_has_thought_of_is_run() {
        assert_eq!(use_of("cargo test"), Some(Use::Staged(Stage::FIRST)));
        assert_eq!(use_of("cargo test --release"), None);
    }
}
