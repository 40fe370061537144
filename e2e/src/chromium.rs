//! The browser's processes.

use std::{
    fmt, fs,
    io::{BufRead, BufReader},
    process::{ChildStderr, Command, Stdio},
    sync::mpsc,
    thread,
};

use tempfile::TempDir;
use xtask::browser::{self, Browser, BrowserError, Engine};

use crate::{deadline::PATIENCE, family::Family};

/// An argument for tests that weigh the heap: code that V8 compiles as functions grow hot stands there
/// too, and is more than a small leak.
pub const WITHOUT_COMPILERS: &str = "--js-flags=--no-sparkplug --no-maglev --no-opt";

/// What the browser prints before its address.
const ANNOUNCEMENT: &str = "DevTools listening on ";

/// Why there is no browser.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChromiumError {
    /// None is installed.
    NotFound(BrowserError),
    /// The system did not start it.
    NotStarted(std::io::Error),
    /// It started and ended, or said no address in time.
    Silent {
        /// What it printed.
        said: String,
    },
}

impl fmt::Display for ChromiumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(error) => error.fmt(f),
            Self::NotStarted(error) => write!(f, "the browser does not start: {error}"),
            Self::Silent { said } => {
                write!(f, "the browser named no DevTools address; it said:\n{said}")
            }
        }
    }
}

impl std::error::Error for ChromiumError {}

/// A running Chromium with a profile of its own. Dropped, all its processes end and the profile
/// is removed.
#[derive(Debug)]
pub struct Chromium {
    /// `None` only while dropping.
    family: Option<Family>,
    address: String,
    profile: TempDir,
}

impl Chromium {
    /// Starts one with these arguments besides the usual ones, and waits for the address of its `DevTools`.
    ///
    /// # Errors
    /// [`ChromiumError`] says what is missing or what the browser printed.
    pub fn start(arguments: &[&str]) -> Result<Self, ChromiumError> {
        let program = browser::find(Engine::Chromium).map_err(ChromiumError::NotFound)?.program;
        let profile = TempDir::with_prefix("unjank-e2e-").map_err(ChromiumError::NotStarted)?;
        let mut command = Command::new(program);
        command
            .args(Browser::arguments())
            .args(arguments)
            .args(["--remote-debugging-port=0", "--disable-quic", "about:blank"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut family = Family::start(&mut command).map_err(ChromiumError::NotStarted)?;
        let stderr = family.stderr();
        let mut started = Self { family: Some(family), address: String::new(), profile };
        started.address = stderr
            .map_or_else(|| Err(ChromiumError::Silent { said: String::new() }), address_from)?;
        Ok(started)
    }

    /// Where its `DevTools` are: a `ws:` address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.family = None;
        // Killed processes may still be letting go of files when the folder is removed first.
        let _ = fs::remove_dir_all(self.profile.path());
    }
}

/// Reads what the browser prints until it names its address; goes on reading after that, because a
/// full pipe would block it.
fn address_from(stderr: ChildStderr) -> Result<String, ChromiumError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut said = String::new();
        let mut sender = Some(sender);
        for line in BufReader::new(stderr).lines() {
            let Ok(line) = line else { break };
            if let Some(address) = line.strip_prefix(ANNOUNCEMENT)
                && let Some(sender) = sender.take()
            {
                // The receiver waits, or has given up.
                let _ = sender.send(Ok(address.to_owned()));
            }
            if sender.is_some() {
                said.extend([&line, "\n"]);
            }
        }
        if let Some(sender) = sender {
            let _ = sender.send(Err(ChromiumError::Silent { said }));
        }
    });
    receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        let said = format!("nothing in {} seconds", PATIENCE.as_secs());
        Err(ChromiumError::Silent { said })
    })
}
