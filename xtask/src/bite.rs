//! `cargo xtask bite`: whether the scheduler's tests bite.
//!
//! The faults stand in `pool/core/tests/faults.txt`. Each is planted in a copy of the sources under
//! `<target>/bite`, and the walks of `pool/core/tests` must fail by a law that does not hold. A fault
//! that does not compile, or that no test sees, is a failure of this task.

use std::{
    error, fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::command::{self, CommandError, cargo};

use crate::workspace::Workspace;

mod fault;
mod verdict;

use fault::Fault;
use verdict::Catch;

/// Which of the laws are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Laws {
    /// All, the scheduler's own among them.
    All,
    /// Only those that can be seen from outside: debug assertions are off.
    Outside,
}

/// Why the tests were not shown to bite.
#[derive(Debug)]
#[non_exhaustive]
pub enum BiteError {
    /// A file or folder could not be read or written.
    Files {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The list of faults cannot be read.
    List {
        /// Where, and what is wrong.
        message: String,
    },
    /// Another program failed where it should not.
    Command(CommandError),
    /// The tests fail without any fault.
    Broken {
        /// What they said.
        said: String,
    },
    /// Some faults were not caught.
    Missed {
        /// How many.
        faults: usize,
    },
}

impl fmt::Display for BiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files { path, error } => write!(f, "{}: {error}", path.display()),
            Self::List { message } => write!(f, "pool/core/tests/faults.txt: {message}"),
            Self::Command(error) => error.fmt(f),
            Self::Broken { said } => {
                write!(f, "the tests fail without a fault, mend them first: {said}")
            }
            Self::Missed { faults } => {
                write!(f, "{faults} faults were not caught: add a law or a walk that sees them")
            }
        }
    }
}

impl error::Error for BiteError {}

impl From<CommandError> for BiteError {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BiteError {
    let path = path.to_path_buf();
    move |error| BiteError::Files { path, error }
}

/// Plants each fault in turn, and prints a line for it: what caught it, and after how many steps.
///
/// # Errors
/// [`BiteError`], when a fault was not caught among others.
pub fn run(workspace: &Workspace, laws: Laws) -> Result<(), BiteError> {
    let list = workspace.root().join("pool/core/tests/faults.txt");
    let faults = fault::read(&fs::read_to_string(&list).map_err(at(&list))?)?;
    let field = Field::lay_out(workspace, laws)?;
    println!("no fault: {}", field.check_sound()?);
    let mut missed = 0;
    for (number, fault) in (1..).zip(&faults) {
        print!("[{number}/{}] {} ... ", faults.len(), fault.name);
        // A terminal that can't be written to is no reason to stop the work.
        let _ = io::stdout().flush();
        let caught = field.try_fault(fault)?;
        missed += usize::from(!caught.is_caught());
        println!("{caught}");
    }
    if missed > 0 { Err(BiteError::Missed { faults: missed }) } else { Ok(()) }
}

/// A copy of the sources, to plant faults in.
struct Field {
    sources: PathBuf,
    target: PathBuf,
    laws: Laws,
}

impl Field {
    fn lay_out(workspace: &Workspace, laws: Laws) -> Result<Self, BiteError> {
        let home = workspace.target().join("bite");
        let sources = home.join("sources");
        if sources.exists() {
            fs::remove_dir_all(&sources).map_err(at(&sources))?;
        }
        let built = match laws {
            Laws::All => "target",
            Laws::Outside => "target-outside",
        };
        let field = Self { sources, target: home.join(built), laws };
        copy_folder(workspace.root(), &field.sources, workspace.target())?;
        Ok(field)
    }

    /// Without a fault, all tests must pass.
    fn check_sound(&self) -> Result<String, BiteError> {
        command::capture(&mut self.tests(&[Tests::WALKS, Tests::UNIT, &["--no-run"]]))?;
        for tests in [Tests::WALKS, Tests::UNIT] {
            let output = self.output(&mut self.tests(&[tests]))?;
            if !output.passed {
                return Err(BiteError::Broken { said: verdict::first_failure(&output.text) });
            }
        }
        Ok("all tests pass".to_owned())
    }

    fn try_fault(&self, fault: &Fault) -> Result<Catch, BiteError> {
        let path = self.sources.join(&fault.file);
        let sound = fs::read_to_string(&path).map_err(at(&path))?;
        let planted = fault.plant(&sound)?;
        fs::write(&path, planted).map_err(at(&path))?;
        let caught = self.catch();
        fs::write(&path, sound).map_err(at(&path))?;
        caught
    }

    /// The walks are asked first: they have a trace to show.
    fn catch(&self) -> Result<Catch, BiteError> {
        command::capture(&mut self.tests(&[Tests::WALKS, Tests::UNIT, &["--no-run"]]))?;
        for tests in [Tests::WALKS, Tests::UNIT] {
            let output = self.output(&mut self.tests(&[tests]))?;
            if !output.passed {
                return Ok(verdict::read(&output.text));
            }
        }
        Ok(Catch::Nobody)
    }

    fn tests(&self, arguments: &[&[&str]]) -> Command {
        let mut command = cargo();
        command.args(["test", "--quiet", "--package", "unjank-core"]);
        command.args(arguments.iter().copied().flatten());
        command.current_dir(&self.sources).env("CARGO_TARGET_DIR", &self.target);
        command.env("RUST_BACKTRACE", "0");
        if self.laws == Laws::Outside {
            command.env("UNJANK_LAWS", "outside");
            command.env("CARGO_PROFILE_TEST_DEBUG_ASSERTIONS", "false");
            // Underflow is a fault of its own, wherever debug assertions stand.
            command.env("CARGO_PROFILE_TEST_OVERFLOW_CHECKS", "true");
        }
        command
    }

    fn output(&self, command: &mut Command) -> Result<Run, BiteError> {
        let output = command.output().map_err(at(&self.sources))?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok(Run { passed: output.status.success(), text })
    }
}

struct Tests;

impl Tests {
    const WALKS: &[&str] = &["--test", "explore", "--test", "model"];
    const UNIT: &[&str] = &["--lib"];
}

struct Run {
    passed: bool,
    text: String,
}

/// Copies a source folder: not what was built, not what is hidden, not what was installed.
fn copy_folder(from: &Path, to: &Path, target: &Path) -> Result<(), BiteError> {
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let path = entry.map_err(at(from))?.path();
        let Some(name) = path.file_name() else { continue };
        let hidden = name.to_string_lossy().starts_with('.');
        if hidden || path == target || name == "target" || name == "node_modules" {
            continue;
        }
        let copy = to.join(name);
        if path.is_dir() {
            copy_folder(&path, &copy, target)?;
        } else {
            fs::copy(&path, &copy).map_err(at(&path))?;
        }
    }
    Ok(())
}
