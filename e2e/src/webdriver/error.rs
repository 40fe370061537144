//! Why a browser did not do as it was told.

use std::{error, fmt, io, time::Duration};

use xtask::browser::BrowserError;

/// Why a browser did not do as it was told.
#[derive(Debug)]
#[non_exhaustive]
pub enum WebDriverError {
    /// It, its driver or its screen is not installed.
    NotFound(BrowserError),
    /// The system did not start a program, or made no folder for it.
    NotStarted {
        /// Which.
        program: String,
        /// What the system said.
        error: io::Error,
    },
    /// A program ended before it could be used, or could not be used in time.
    Silent {
        /// Which.
        program: String,
        /// What it printed.
        said: String,
    },
    /// The driver is gone, or speaks something else.
    Gone {
        /// What was asked of it.
        command: String,
        /// What happened instead.
        why: String,
    },
    /// The driver answers that it can't.
    Refused {
        /// What was asked of it.
        command: String,
        /// The error's name in the `WebDriver` standard.
        error: String,
        /// What the driver says of it.
        message: String,
    },
    /// A script did not end in time.
    TimedOut(Duration),
    /// A script threw.
    Threw(String),
}

impl fmt::Display for WebDriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(error) => error.fmt(f),
            Self::NotStarted { program, error } => write!(f, "{program} does not start: {error}"),
            Self::Silent { program, said } => {
                write!(f, "{program} could not be used in time; it said:\n{said}")
            }
            Self::Gone { command, why } => write!(f, "the driver is gone ({command}): {why}"),
            Self::Refused { command, error, message } => {
                write!(f, "the driver refuses {command}: {error}: {message}")
            }
            Self::TimedOut(patience) => {
                write!(f, "it did not end in {} seconds", patience.as_secs_f64())
            }
            Self::Threw(what) => f.write_str(what),
        }
    }
}

impl error::Error for WebDriverError {}
