//! Other programs: started, awaited, and their failures told in one line.

use std::{
    env, error, fmt, io,
    path::Path,
    process::{Command, ExitStatus, Output},
};

use serde_json::Value;

/// Why another program did not do its work.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommandError {
    /// The program is not installed or may not be run.
    NotStarted {
        /// The program's name or path.
        program: String,
        /// What the system said.
        error: io::Error,
    },
    /// The program ran and answered with a failure.
    Failed {
        /// The program and its arguments.
        line: String,
        /// How it ended.
        status: ExitStatus,
        /// The last line it wrote to stderr, empty when that was shown as it came.
        said: String,
    },
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted { program, error } => {
                write!(f, "can't start `{program}` ({error}): install it or add it to PATH")
            }
            Self::Failed { line, status, said } if said.is_empty() => {
                write!(f, "`{line}` failed ({status}): see what it printed above")
            }
            Self::Failed { line, status, said } => write!(f, "`{line}` failed ({status}): {said}"),
        }
    }
}

impl error::Error for CommandError {}

/// A command for the cargo that runs this program, so that nested builds use the same toolchain.
#[must_use]
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What cargo says of the workspace that a folder is in: packages, targets, and where its output goes.
///
/// # Errors
/// [`CommandError`], as with a Cargo.toml that can't be read.
pub fn metadata(folder: &Path) -> Result<Value, CommandError> {
    let mut command = cargo();
    command.args(["metadata", "--format-version=1", "--no-deps"]).current_dir(folder);
    // What is no JSON says nothing.
    Ok(serde_json::from_str(&capture(&mut command)?).unwrap_or_default())
}

/// Runs `command` to its end; its output goes straight to the terminal.
///
/// # Errors
/// [`CommandError`] when it can't be started or ends with a failure.
pub fn run(command: &mut Command) -> Result<(), CommandError> {
    let status = command.status().map_err(|error| not_started(command, error))?;
    if status.success() {
        return Ok(());
    }
    Err(CommandError::Failed { line: line(command), status, said: String::new() })
}

/// Runs `command` to its end and returns what it wrote to stdout.
///
/// # Errors
/// [`CommandError`] when it can't be started or ends with a failure; it carries the last line of
/// stderr.
pub fn capture(command: &mut Command) -> Result<String, CommandError> {
    let Output { status, stdout, stderr } =
        command.output().map_err(|error| not_started(command, error))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    let said = last_line(&String::from_utf8_lossy(&stderr));
    Err(CommandError::Failed { line: line(command), status, said })
}

/// Runs `command` to its end and returns what it wrote to stdout, however it ended: for programs that tell
/// there what they found.
///
/// # Errors
/// [`CommandError::NotStarted`].
pub fn heard(command: &mut Command) -> Result<String, CommandError> {
    let Output { stdout, .. } = command.output().map_err(|error| not_started(command, error))?;
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

fn not_started(command: &Command, error: io::Error) -> CommandError {
    CommandError::NotStarted { program: command.get_program().display().to_string(), error }
}

fn line(command: &Command) -> String {
    let program = command.get_program();
    let name = std::path::Path::new(program).file_name().unwrap_or(program);
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn last_line(text: &str) -> String {
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert!(matches!(error, CommandError::NotStarted { .. }));
        assert!(error.to_string().contains("`no-such-program-anywhere`"), "{error}");
    }

    #[test]
    fn a_failure_tells_the_last_line_of_stderr() {
        let error = capture(cargo().arg("no-such-subcommand")).unwrap_err();
        assert!(matches!(&error, CommandError::Failed { said, .. } if !said.is_empty()), "{error}");
        assert!(error.to_string().contains("no-such-subcommand"), "{error}");
    }

    #[test]
    fn what_a_program_printed_is_returned() {
        assert!(capture(cargo().arg("--version")).unwrap().starts_with("cargo "));
    }

    #[test]
    fn blank_lines_are_not_the_last_line() {
        assert_eq!(last_line("one\ntwo\n\n  \n"), "two");
        assert_eq!(last_line(""), "");
    }
}
