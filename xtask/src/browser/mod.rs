//! Browsers and their drivers: found, or installed where that is one command.

use std::{fs, path::PathBuf, process::Command};

mod engine;
mod error;
mod install;
mod places;

pub use engine::{Engine, Part};
pub use error::BrowserError;
use install::Installer;
use places::Places;

use unjank_cli::command;

/// A browser and the program that drives it, of versions that fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    /// What it is.
    pub engine: Engine,
    /// The browser.
    pub program: PathBuf,
    /// What speaks `WebDriver` for it.
    pub driver: PathBuf,
    /// Xvfb, for an engine that can't do without a screen.
    pub screen: Option<PathBuf>,
}

impl Browser {
    /// The arguments that tests give Chromium: no window, nothing fetched on its own account, and no pages
    /// of its own: those that the address bar keeps ready take a core with every window that opens.
    #[must_use]
    pub fn arguments() -> Vec<&'static str> {
        let mut arguments = vec![
            "--headless=new",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-features=PreloadTopChromeWebUI,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
            "--no-first-run",
        ];
        // Chromium's sandbox refuses to run for root, which is who runs in most containers.
        if is_root() {
            arguments.push("--no-sandbox");
        }
        arguments
    }
}

/// Finds an engine's programs: by environment variables first, then on PATH, then in the usual
/// places. The variables are `CHROME` and `CHROMEDRIVER`, `FIREFOX` and `GECKODRIVER`,
/// `MINIBROWSER`, `WEBKIT_DRIVER` and `XVFB`.
///
/// # Errors
/// [`BrowserError`] says which program is missing.
pub fn find(engine: Engine) -> Result<Browser, BrowserError> {
    Places::of_this_machine().find(engine)
}

/// Finds an engine's programs, or installs them: with apt-get where the system is a Debian or
/// Ubuntu, and geckodriver, which those lack, with cargo anywhere.
///
/// # Errors
/// [`BrowserError`] says what is missing, or why it could not be installed.
pub fn ensure(engine: Engine) -> Result<Browser, BrowserError> {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    // A browser and its driver may come from two installers.
    for _ in 0..2 {
        let Err(BrowserError::Missing { part, .. }) = find(engine) else { break };
        let Some(installer) = Installer::of(engine, part, &system) else { break };
        installer.install(engine)?;
    }
    find(engine)
}

fn is_root() -> bool {
    let user =
        if cfg!(unix) { command::capture(Command::new("id").arg("-u")) } else { return false };
    user.is_ok_and(|user| user.trim() == "0")
}
