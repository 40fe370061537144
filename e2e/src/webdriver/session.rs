//! A browser of any engine under the tests' control.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use serde_json::{Value, json};
use xtask::browser::Engine;

use super::{
    Settings, WebDriverError, Window, capabilities::wanted, driver::Driver, window::expect_text,
};
use crate::{deadline::PATIENCE, turn::Turn};

/// How long a browser may take to close by itself; it is ended then.
const FAREWELL: Duration = Duration::from_secs(5);

/// A browser. Its methods panic when it dies or does not answer, because a test cannot go on then.
#[derive(Debug)]
pub struct Session {
    /// The path of its commands.
    path: String,
    /// Kept open: a browser ends with its last window.
    home: String,
    /// Which window the commands are for.
    current: RefCell<String>,
    /// How long a script may take, as the browser was last told.
    patience: Cell<Duration>,
    driver: Driver,
    _turn: Turn,
}

impl Session {
    /// Starts a browser; waits while another test of this program has one.
    ///
    /// # Panics
    /// When there is none, with what to install.
    #[must_use]
    #[track_caller]
    pub fn start(engine: Engine) -> Self {
        Self::start_with(engine, &Settings::default())
    }

    /// [`Session::start`] of a browser that is set up differently.
    ///
    /// # Panics
    /// As [`Session::start`].
    #[must_use]
    #[track_caller]
    pub fn start_with(engine: Engine, settings: &Settings) -> Self {
        let begun = Self::begin(engine, settings);
        begun.unwrap_or_else(|error| panic!("{}: {error}", engine.name()))
    }

    fn begin(engine: Engine, settings: &Settings) -> Result<Self, WebDriverError> {
        let turn = Turn::wait();
        let driver = Driver::start(engine)?;
        let begun = driver.wire.post("/session", &wanted(&driver.browser, settings))?;
        let path = format!("/session/{}", expect_text(&begun["sessionId"]));
        let home = expect_text(&driver.wire.get(&format!("{path}/window"))?);
        let (current, patience) = (RefCell::new(home.clone()), Cell::new(Duration::ZERO));
        let session = Self { path, home, current, patience, driver, _turn: turn };
        let milliseconds = json!({ "pageLoad": PATIENCE.as_millis() });
        session.post("timeouts", &milliseconds)?;
        Ok(session)
    }

    /// What it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.driver.browser.engine
    }

    /// Opens a page in a window of its own, and waits until it has loaded.
    ///
    /// # Panics
    /// When it does not load.
    #[must_use]
    #[track_caller]
    pub fn open(&self, url: &str) -> Window<'_> {
        Window::open(self, url)
    }

    /// Makes a window that shows nothing yet.
    pub(super) fn make_window(&self) -> Result<String, WebDriverError> {
        // A tab would hide the others, and a hidden page draws no frames.
        let made = self.post("window/new", &json!({ "type": "window" }))?;
        Ok(expect_text(&made["handle"]))
    }

    /// Directs the commands to a window.
    pub(super) fn turn_to(&self, window: &str) -> Result<(), WebDriverError> {
        if *self.current.borrow() != window {
            self.post("window", &json!({ "handle": window }))?;
            window.clone_into(&mut self.current.borrow_mut());
        }
        Ok(())
    }

    /// Closes a window. One that is gone is as good.
    pub(super) fn close(&self, window: &str) {
        if self.turn_to(window).is_ok() {
            let _ = self.driver.wire.delete(&self.path_of("window"), FAREWELL);
        }
        let _ = self.turn_to(&self.home);
    }

    /// Says how long scripts may take from here on.
    pub(super) fn set_patience(&self, patience: Duration) -> Result<(), WebDriverError> {
        if self.patience.get() != patience {
            self.post("timeouts", &json!({ "script": patience.as_millis() }))?;
            self.patience.set(patience);
        }
        Ok(())
    }

    pub(super) fn post(&self, command: &str, body: &Value) -> Result<Value, WebDriverError> {
        // The browser gives up on a script sooner than the wire does.
        let patience = self.patience.get() + PATIENCE;
        self.driver.wire.post_within(patience, &self.path_of(command), body)
    }

    fn path_of(&self, command: &str) -> String {
        format!("{}/{command}", self.path)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // What does not close by itself is ended with its driver.
        let _ = self.driver.wire.delete(&self.path, FAREWELL);
    }
}
