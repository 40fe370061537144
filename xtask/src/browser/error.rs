//! Why there is no browser.

use std::{error, fmt, path::PathBuf};

use unjank_cli::command::CommandError;

use super::{Engine, Part, engine::Program};

/// Why there is no browser to test in.
#[derive(Debug)]
#[non_exhaustive]
pub enum BrowserError {
    /// An environment variable, such as `CHROME`, is set and names no file.
    BadOverride {
        /// The environment variable.
        variable: &'static str,
        /// What it says.
        path: PathBuf,
    },
    /// A program was not found.
    Missing {
        /// What can't be driven without it.
        engine: Engine,
        /// Which part it is.
        part: Part,
    },
    /// An installer did not do its work.
    Install {
        /// What went wrong.
        error: CommandError,
        /// What can't be driven without it.
        engine: Engine,
    },
}

impl fmt::Display for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadOverride { variable, path } => {
                write!(
                    f,
                    "{variable} says {}, which is no file: correct or unset it",
                    path.display()
                )
            }
            Self::Missing { engine, part } => match engine.program(*part) {
                Some(Program { title, variable, .. }) => {
                    write!(f, "no {title}: install it, or set {variable} to its program")
                }
                None => write!(f, "{} lacks a part that it does without", engine.name()),
            },
            Self::Install { error, engine } => {
                let (name, others) = (engine.name(), "choose other browsers with --browser");
                write!(f, "{error}: install {name} and its driver by hand, or {others}")
            }
        }
    }
}

impl error::Error for BrowserError {}
