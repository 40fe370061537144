//! Blocks of code in Markdown, and which of them are used.

use std::{
    error, fmt, mem,
    path::{Path, PathBuf},
};

/// How a block that is no code is fenced.
const NO_CODE: &str = "text";

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// The document and the line of the block's first line: `README.md:40`.
    pub(super) place: Place,
    /// The first word behind its fence; empty if there is none.
    pub(super) language: String,
    /// Its lines, each with its end.
    pub(super) text: String,
}

/// Where a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Relative to the workspace.
    pub(super) document: String,
    /// Counted from 1.
    pub(super) line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.document, self.line)
    }
}

/// Why what the documents show can't be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum BlockError {
    /// Nothing uses a block.
    Unused {
        /// Where it begins.
        place: Place,
        /// Its first line.
        beginning: String,
    },
    /// A file of the stage wants a block that no document has.
    Gone {
        /// The file.
        file: PathBuf,
        /// The line that wants it.
        claim: String,
    },
    /// Nobody knows how to run a command.
    NoCommand {
        /// Where it is.
        place: Place,
        /// The command.
        command: String,
    },
}

impl fmt::Display for BlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unused { place, beginning } => write!(
                f,
                "{place} begins a block that nothing uses: let a file below e2e/readme/stage have the line \
                 `// from {}: {beginning}` (`#` in toml), or fence what is no code as `text`",
                place.document
            ),
            Self::Gone { file, claim } => write!(
                f,
                "{} wants `{claim}`, and no block there begins so: mend the one or the other",
                file.display()
            ),
            Self::NoCommand { place, command } => write!(
                f,
                "{place} has the command `{command}`, which nothing runs: say how in \
                 xtask/src/suite/readme/commands.rs"
            ),
        }
    }
}

impl error::Error for BlockError {}

/// The blocks of a document, in order.
pub(super) fn blocks_of(document: &str, text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let Some(fence) = Fence::opened_by(line) else { continue };
        let body: String = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| !fence.is_closed_by(line))
            .flat_map(|line| [fence.without_indent(line), "\n"])
            .collect();
        let place = Place { document: document.to_owned(), line: number + 1 };
        blocks.push(Block { place, language: fence.language.to_owned(), text: body });
    }
    blocks.retain(|block| block.language != NO_CODE);
    blocks
}

/// The lines of a document that are in no block.
pub(super) fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut within: Option<Fence<'_>> = None;
    text.lines().filter(move |line| {
        let opened = within.is_none().then(|| Fence::opened_by(line)).flatten();
        let is_prose = within.is_none() && opened.is_none();
        within = opened.or_else(|| within.take().filter(|fence| !fence.is_closed_by(line)));
        is_prose
    })
}

/// What begins a block.
#[derive(Debug)]
struct Fence<'t> {
    indent: usize,
    /// Backticks or tildes, three at least.
    marks: &'t str,
    language: &'t str,
}

impl<'t> Fence<'t> {
    fn opened_by(line: &'t str) -> Option<Self> {
        let fence = line.trim_start();
        let mark = fence.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
        let info = fence.trim_start_matches(mark);
        let marks = &fence[..fence.len() - info.len()];
        // Code within a line may begin with three backticks, too.
        if marks.len() < 3 || info.contains('`') {
            return None;
        }
        let language = info.trim().split([',', ' ']).next().unwrap_or_default();
        Some(Self { indent: line.len() - fence.len(), marks, language })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.starts_with(self.marks) && line.trim_start_matches(&self.marks[..1]).is_empty()
    }

    fn without_indent<'l>(&self, line: &'l str) -> &'l str {
        let blank = line.len() - line.trim_start().len();
        &line[blank.min(self.indent)..]
    }
}

/// All blocks, of which each is to be used.
#[derive(Debug)]
pub(super) struct Blocks {
    unused: Vec<Block>,
    used: Vec<Block>,
}

impl Blocks {
    pub(super) fn new(blocks: Vec<Block>) -> Self {
        Self { unused: blocks, used: Vec::new() }
    }

    /// Takes those of a language, in order.
    pub(super) fn take(&mut self, language: &str) -> Vec<Block> {
        let (taken, left) =
            mem::take(&mut self.unused).into_iter().partition(|block| block.language == language);
        self.unused = left;
        taken
    }

    /// The text of `file` with blocks in the place of the lines that want them. Such a line is a comment, with
    /// the document and how the block begins: `// from README.md: use unjank_worker`.
    ///
    /// # Errors
    /// [`BlockError::Gone`].
    pub(super) fn fill(&mut self, file: &Path, text: &str) -> Result<String, BlockError> {
        let mut filled = String::new();
        for line in text.lines() {
            match Claim::of(line) {
                Some(claim) => filled.push_str(&self.claimed(file, &claim)?),
                None => filled.extend([line, "\n"]),
            }
        }
        Ok(filled)
    }

    fn claimed(&mut self, file: &Path, claim: &Claim<'_>) -> Result<String, BlockError> {
        if let Some(at) = self.unused.iter().position(|block| claim.is_for(block)) {
            self.used.push(self.unused.remove(at));
        }
        let block = self.used.iter().find(|block| claim.is_for(block));
        let gone = || BlockError::Gone { file: file.into(), claim: claim.text() };
        let Block { place, text, .. } = block.ok_or_else(gone)?;
        Ok(format!("{} {place}\n{text}", claim.comment))
    }

    /// # Errors
    /// [`BlockError::Unused`] for the first that nothing has used.
    pub(super) fn expect_used(&self) -> Result<(), BlockError> {
        self.unused.first().map_or(Ok(()), |Block { place, text, .. }| {
            let beginning = text.lines().next().unwrap_or_default().to_owned();
            Err(BlockError::Unused { place: place.clone(), beginning })
        })
    }
}

/// A line that wants a block.
#[derive(Debug)]
struct Claim<'t> {
    /// What begins a comment.
    comment: &'t str,
    document: &'t str,
    beginning: &'t str,
}

impl<'t> Claim<'t> {
    fn of(line: &'t str) -> Option<Self> {
        let (comment, words) = line.trim().split_once(" from ")?;
        let (document, beginning) = words.split_once(": ")?;
        let is_comment = ["//", "#"].contains(&comment) && document.ends_with(".md");
        is_comment.then_some(Self { comment, document, beginning })
    }

    fn is_for(&self, block: &Block) -> bool {
        block.place.document == self.document && block.text.starts_with(self.beginning)
    }

    fn text(&self) -> String {
        format!("{}: {}", self.document, self.beginning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
# Title

Text with ``` in it, and ```more``` of it.

```rust,ignore
fn main() {
    run();
}
```

- A list:

  ```sh
  cargo test   # runs
    cargo build
  ```

```text
a drawing
```

````js title
```
run();
````

~~~
never closed";

    fn found() -> Vec<Block> {
        blocks_of("README.md", DOCUMENT)
    }

    #[test]
    fn blocks_are_found_with_their_lines_and_languages() {
        let found = found();
        let heads: Vec<_> =
            found.iter().map(|block| (block.place.line, block.language.as_str())).collect();
        assert_eq!(heads, [(6, "rust"), (14, "sh"), (23, "js"), (28, "")]);
        assert_eq!(found[0].text, "fn main() {\n    run();\n}\n");
        assert_eq!(found[0].place.to_string(), "README.md:6");
    }

    #[test]
    fn what_is_in_no_block_is_prose() {
        let lines: Vec<_> = prose(DOCUMENT).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["# Title", "Text with ``` in it, and ```more``` of it.", "- A list:"]);
    }

    #[test]
    fn a_block_ends_where_its_own_fence_does_or_the_document() {
        let found = found();
        assert_eq!(found[2].text, "```\nrun();\n");
        assert_eq!(found[3].text, "never closed\n");
        assert_eq!(blocks_of("README.md", "```js\n```\n")[0].text, "");
    }

    #[test]
    fn a_block_in_a_list_loses_the_lists_indent_alone() {
        assert_eq!(found()[1].text, "cargo test   # runs\n  cargo build\n");
    }

    #[test]
    fn a_file_has_blocks_where_it_wants_them_each_as_often_as_it_likes() {
        let mut blocks = Blocks::new(found());
        let filled =
            blocks.fill(Path::new("a.rs"), "mod a {\n    // from README.md: fn main\n}\n").unwrap();
        assert_eq!(filled, "mod a {\n// README.md:6\nfn main() {\n    run();\n}\n}\n");
        blocks.fill(Path::new("b.rs"), "// from README.md: fn main\n").unwrap();
    }

    #[test]
    fn comments_of_other_kinds_stay() {
        let text = "// taken from README.md: fn\n// from here: on\nlet from = \"a: b\";\n";
        assert_eq!(Blocks::new(found()).fill(Path::new("a.rs"), text).unwrap(), text);
    }

    #[test]
    fn a_block_that_no_document_has_is_told_with_the_file_that_wants_it() {
        let mut blocks = Blocks::new(found());
        for line in ["// from README.md: fn gone()", "# from OTHER.md: fn main"] {
            let error = blocks.fill(Path::new("first/src/lib.rs"), line).unwrap_err().to_string();
            let wanted = line.split_once(" from ").unwrap().1;
            assert!(error.contains("first/src/lib.rs") && error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn a_block_that_nothing_uses_is_told_with_its_line_and_what_to_do() {
        let mut blocks = Blocks::new(found());
        assert_eq!(blocks.take("sh").len(), 1);
        blocks.fill(Path::new("a"), "// from README.md: fn main\n# from README.md: never").unwrap();
        let error = blocks.expect_used().unwrap_err().to_string();
        assert!(error.contains("README.md:23") && error.contains("e2e/readme/stage"), "{error}");
        blocks.fill(Path::new("b"), "// from README.md: ```").unwrap();
        blocks.expect_used().unwrap();
    }
}
