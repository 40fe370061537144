//! The processes of a driver, and of the browsers that it starts.

use std::{
    fs::{self, File},
    io,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use xtask::browser::{self, Browser, Engine};

use super::{WebDriverError, screen::Screen, wire::Wire};
use crate::{
    deadline::{Deadline, PATIENCE},
    family::Family,
};

/// How often a driver that is starting is asked whether it is ready. Not all say so unasked.
const INTERVAL: Duration = Duration::from_millis(20);

/// A running driver with a home of its own. Dropped, it ends with all that it started, and leaves
/// no file behind.
#[derive(Debug)]
pub(super) struct Driver {
    pub(super) browser: Browser,
    pub(super) wire: Wire,
    /// `None` only while dropping.
    family: Option<Family>,
    _screen: Option<Screen>,
    home: TempDir,
}

impl Driver {
    /// Starts the driver of an engine, and waits until it is ready.
    pub(super) fn start(engine: Engine) -> Result<Self, WebDriverError> {
        let browser = browser::find(engine).map_err(WebDriverError::NotFound)?;
        let failed = not_started(&browser.driver);
        let home = TempDir::with_prefix("unjank-e2e-").map_err(failed)?;
        let screen = browser.screen.as_deref().map(Screen::start).transpose()?;
        let port = free_port().map_err(not_started(&browser.driver))?;
        let log = File::create(log_in(&home)).map_err(not_started(&browser.driver))?;
        let mut command = Command::new(&browser.driver);
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stderr(Stdio::null());
        command.stdout(log);
        settle_in(&mut command, home.path());
        if let Some(screen) = &screen {
            command.env("DISPLAY", &screen.display);
            // The machine has no graphics card that could compose a page.
            command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
        }
        let family = Some(start(&mut command)?);
        let wire = Wire::to(port);
        let mut driver = Self { browser, wire, family, _screen: screen, home };
        driver.await_readiness()?;
        Ok(driver)
    }

    fn await_readiness(&mut self) -> Result<(), WebDriverError> {
        let deadline = Deadline::after(PATIENCE);
        while !self.is_ready() {
            let ended = self.family.as_mut().is_none_or(Family::has_ended);
            if ended || deadline.left().is_none() {
                let program = self.browser.driver.display().to_string();
                let said = fs::read_to_string(log_in(&self.home)).unwrap_or_default();
                return Err(WebDriverError::Silent { program, said });
            }
            thread::sleep(INTERVAL);
        }
        Ok(())
    }

    fn is_ready(&self) -> bool {
        // Nobody listens yet.
        let status = self.wire.get("/status").unwrap_or(Value::Null);
        status["ready"] == true
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.family = None;
        // Killed processes may still be letting go of files when the folder is removed first.
        let _ = fs::remove_dir_all(self.home.path());
    }
}

/// Everything that the browser writes goes to a folder that goes away: its profile is fresh.
fn settle_in(command: &mut Command, home: &Path) {
    let places =
        ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"];
    for place in places {
        command.env(place, home);
    }
}

fn log_in(home: &TempDir) -> std::path::PathBuf {
    home.path().join("driver.log")
}

/// Free when it was asked for; nobody else hurries to take it.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Starts a program with its own group.
pub(super) fn start(command: &mut Command) -> Result<Family, WebDriverError> {
    let failed = not_started(Path::new(command.get_program()));
    Family::start(command).map_err(failed)
}

fn not_started(program: &Path) -> impl FnOnce(io::Error) -> WebDriverError + use<> {
    let program = program.display().to_string();
    move |error| WebDriverError::NotStarted { program, error }
}
