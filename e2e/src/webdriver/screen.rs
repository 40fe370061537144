//! A screen that nobody sees.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use super::{WebDriverError, driver::start};
use crate::family::Family;

/// A running Xvfb. Gone when it is dropped.
#[derive(Debug)]
pub(super) struct Screen {
    /// What the variable `DISPLAY` has to say.
    pub(super) display: String,
    _server: Family,
}

impl Screen {
    /// Starts one, on a display that is free.
    pub(super) fn start(program: &Path) -> Result<Self, WebDriverError> {
        let mut command = Command::new(program);
        command
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = start(&mut command)?;
        let mut number = String::new();
        // Ends when the number is there, or when the server is gone.
        let read = server.stdout().map(|stdout| BufReader::new(stdout).read_line(&mut number));
        match (read, number.trim()) {
            (Some(Ok(_)), number) if !number.is_empty() => {
                Ok(Self { display: format!(":{number}"), _server: server })
            }
            _ => Err(WebDriverError::Silent {
                program: program.display().to_string(),
                said: "no number of a display".into(),
            }),
        }
    }
}
