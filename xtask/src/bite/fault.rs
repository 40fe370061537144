//! The list of faults, and how one is planted.

use std::path::PathBuf;

use super::BiteError;

/// A change to one file that the tests must notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) name: String,
    /// Relative to the workspace's root.
    pub(super) file: PathBuf,
    find: String,
    plant: String,
}

fn wrong(message: String) -> BiteError {
    BiteError::List { message }
}

/// Reads the list. What stands before the first `#` is for people.
pub(super) fn read(list: &str) -> Result<Vec<Fault>, BiteError> {
    let paragraphs = list.split("\n\n").filter(|paragraph| paragraph.trim().starts_with('#'));
    let faults = paragraphs.map(read_one).collect::<Result<Vec<_>, _>>()?;
    if faults.is_empty() { Err(wrong("there is no fault in it".to_owned())) } else { Ok(faults) }
}

fn read_one(paragraph: &str) -> Result<Fault, BiteError> {
    let mut lines = paragraph.trim_matches('\n').lines();
    let name = lines.next().and_then(|line| line.strip_prefix("# "));
    let file = lines.next().and_then(|line| line.strip_prefix("@ "));
    let (Some(name), Some(file)) = (name, file) else {
        return Err(wrong(format!("begin with `# name` and `@ file`, not so: {paragraph}")));
    };
    let (mut find, mut plant) = (String::new(), String::new());
    for line in lines {
        let (kind, text) = line.split_at_checked(1).unwrap_or((" ", ""));
        for (part, other) in [(&mut find, "+"), (&mut plant, "-")] {
            if kind != other {
                part.push_str(text);
                part.push('\n');
            }
        }
        if !matches!(kind, " " | "+" | "-") {
            return Err(wrong(format!("{name}: begin lines with a space, `-` or `+`: {line}")));
        }
    }
    if find == plant {
        return Err(wrong(format!("{name}: nothing is changed")));
    }
    Ok(Fault { name: name.to_owned(), file: file.into(), find, plant })
}

impl Fault {
    /// The source with this fault in it.
    pub(super) fn plant(&self, source: &str) -> Result<String, BiteError> {
        let Self { name, file, find, plant } = self;
        match source.matches(find.as_str()).count() {
            1 => Ok(source.replacen(find, plant, 1)),
            times => {
                let file = file.display();
                Err(wrong(format!("{name}: its text stands {times} times in {file}, not once")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "For people.\n\n# one\n@ a/b.rs\n     kept\n-    out\n+    in\n\n# two\n@ c\n-x\n";

    #[test]
    fn a_fault_is_planted_where_its_text_stands() {
        let faults = read(LIST).unwrap();
        assert_eq!(faults.len(), 2);
        let source = "first\n    kept\n    out\nlast\n";
        assert_eq!(faults[0].plant(source).unwrap(), "first\n    kept\n    in\nlast\n");
        assert_eq!(faults[1].plant("w\nx\ny\n").unwrap(), "w\ny\n");
    }

    #[test]
    fn a_text_that_stands_elsewhere_too_is_refused() {
        let fault = &read(LIST).unwrap()[1];
        for source in ["", "x\nx\n"] {
            let error = fault.plant(source).unwrap_err().to_string();
            assert!(error.contains("two: its text stands"), "{error}");
        }
    }

    #[test]
    fn a_list_that_says_nothing_is_refused() {
        for list in ["", "# one", "# one\n@ a\n", "# one\n@ a\n x\n", "# one\n@ a\n?x\n"] {
            assert!(read(list).is_err(), "{list:?}");
        }
    }
}
