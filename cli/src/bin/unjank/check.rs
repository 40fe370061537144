//! `unjank check`: says what a kernel module is, or what is wrong with it.

use std::{error, fmt, fs, path::PathBuf, process::ExitCode, time::Duration};

use unjank_host::{Limits, ModuleError, check};

use crate::line::Check;

/// A module that hangs must not hang its check.
const LIMITS: Limits = Limits { call: Duration::from_secs(10), memory: 1 << 30 };

/// A file that is no module which could be checked.
#[derive(Debug)]
pub(crate) struct CheckError {
    file: PathBuf,
    error: ModuleError,
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.error)
    }
}

impl error::Error for CheckError {}

/// Prints what the module is and what is wrong with it; a failure is a module that breaks a rule.
pub(crate) fn run(options: &Check) -> Result<ExitCode, CheckError> {
    let bytes = fs::read(&options.file).map_err(ModuleError::Unreadable);
    match bytes.and_then(|bytes| check::check(&bytes, LIMITS, options.seed)) {
        Ok(report) => {
            if options.json {
                println!("{:#}", report.to_json());
            } else {
                print!("{report}");
            }
            Ok(if report.is_bad() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        Err(error) if options.json => {
            let (code, message) = (error.code(), error.to_string());
            println!("{:#}", serde_json::json!({ "error": { "code": code, "message": message } }));
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(CheckError { file: options.file.clone(), error }),
    }
}
