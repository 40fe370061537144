//! What the tests said about a fault.

use std::fmt;

/// How a fault was caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Catch {
    /// A walk came to a state in which a law does not hold.
    Law { test: String, law: String, steps: usize },
    /// An assertion of a unit test did not hold.
    Assertion { test: String },
    /// The tests failed, and not because of what they assert.
    Otherwise { said: String },
    /// All tests passed.
    Nobody,
}

impl Catch {
    pub(super) fn is_caught(&self) -> bool {
        matches!(self, Self::Law { .. } | Self::Assertion { .. })
    }
}

impl fmt::Display for Catch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Law { test, law, steps } => write!(f, "{test}, {steps} steps: {law}"),
            Self::Assertion { test } => write!(f, "{test}"),
            Self::Otherwise { said } => write!(f, "NOT CAUGHT, the tests failed so: {said}"),
            Self::Nobody => f.write_str("NOT CAUGHT"),
        }
    }
}

/// Reads the output of failed tests. Of several traces the shortest counts.
pub(super) fn read(output: &str) -> Catch {
    let mut test = "";
    let mut laws = Vec::new();
    let mut asserted = None;
    for line in output.lines() {
        if let Some(name) = line.strip_prefix("---- ").and_then(|line| line.split(' ').next()) {
            test = name;
        }
        if let Some((steps, law)) = read_law(line) {
            laws.push((steps, test, law));
        }
        if line.contains("panicked at") && asserted.is_none() && !test.is_empty() {
            asserted = Some(test);
        }
    }
    match (laws.into_iter().min(), asserted) {
        (Some((steps, test, law)), _) => {
            Catch::Law { test: test.to_owned(), law: law.to_owned(), steps }
        }
        (None, Some(test)) => Catch::Assertion { test: test.to_owned() },
        (None, None) => Catch::Otherwise { said: first_failure(output) },
    }
}

/// The number of steps and the law of a line such as `law broken after 3 steps: it holds (so)`.
fn read_law(line: &str) -> Option<(usize, &str)> {
    let (_, told) = line.split_once("law broken after ")?;
    let (steps, law) = told.split_once(" steps: ")?;
    Some((steps.parse().ok()?, law))
}

/// The first line that tells of a failure.
pub(super) fn first_failure(output: &str) -> String {
    let tells = |line: &&str| {
        ["law broken", "panicked", "error", "FAILED"].iter().any(|word| line.contains(word))
    };
    output.lines().find(tells).unwrap_or("no word").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_trace_counts() {
        let output = "---- long stdout ----\nlaw broken after 12 steps: so (x)\n\
                      ---- short stdout ----\nTest failed: law broken after 3 steps: thus (y)\n";
        let caught = read(output);
        let law = "thus (y)".to_owned();
        assert_eq!(caught, Catch::Law { test: "short".to_owned(), law, steps: 3 });
        assert!(caught.is_caught());
    }

    #[test]
    fn an_assertion_of_a_unit_test_counts() {
        let caught = read("---- policy::tests::a stdout ----\nthread 'a' panicked at b.rs:1:\n");
        assert_eq!(caught, Catch::Assertion { test: "policy::tests::a".to_owned() });
        assert!(caught.is_caught());
    }

    #[test]
    fn tests_that_crash_have_not_caught_anything() {
        let caught = read("error: process didn't exit successfully (signal: 9)");
        assert!(!caught.is_caught(), "{caught}");
        assert!(!Catch::Nobody.is_caught());
    }
}
