//! One window of a browser.

use std::time::Duration;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use xtask::browser::Engine;

use super::{Session, WebDriverError};
use crate::deadline::{Deadline, PATIENCE};

/// A window with a page. Closed when it is dropped.
///
/// Its methods panic with what was awaited.
#[derive(Debug)]
pub struct Window<'s> {
    session: &'s Session,
    handle: String,
}

/// Whether the page is there. Not every driver waits for it in a window that has just opened.
const ARRIVED: &str = "
    if (location.href === 'about:blank') return false;
    if (document.readyState === 'complete') return true;
    await new Promise((loaded) => { addEventListener('load', loaded); });
    return true;
";

/// What a script comes to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum End {
    Value(Value),
    Error(String),
}

impl<'s> Window<'s> {
    #[track_caller]
    pub(super) fn open(session: &'s Session, url: &str) -> Self {
        let handle = session.make_window().unwrap_or_else(|error| panic!("a window: {error}"));
        let window = Self { session, handle };
        window.visit(url);
        window
    }

    /// Goes to a page, and waits until it has loaded.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.order("url", &json!({ "url": url }));
        let deadline = Deadline::after(PATIENCE);
        while !self.run::<bool>(ARRIVED) {
            assert!(deadline.left().is_some(), "{}: {url} does not load", self.engine().name());
        }
    }

    /// What browser it is a window of.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.session.engine()
    }

    /// Goes back to the page before, and waits until it is shown.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn back(&self) {
        self.order("back", &json!({}));
    }

    /// Takes the window off the screen; its page is hidden then.
    ///
    /// # Panics
    /// When the browser can't.
    #[track_caller]
    pub fn minimize(&self) {
        self.order("window/minimize", &json!({}));
    }

    /// Runs the body of an async function in the page, and gives what it returns. It cannot import:
    /// not every engine takes it for a part of the page.
    ///
    /// # Panics
    /// When it throws, returns something else than a `T`, or does not end in time.
    #[track_caller]
    pub fn run<T: DeserializeOwned>(&self, body: &str) -> T {
        self.run_within(PATIENCE, body)
    }

    /// [`Window::run`] for what takes longer.
    ///
    /// # Panics
    /// As [`Window::run`].
    #[track_caller]
    pub fn run_within<T: DeserializeOwned>(&self, patience: Duration, body: &str) -> T {
        let value = self
            .try_run(patience, body)
            .unwrap_or_else(|error| panic!("{}: {error}\nin: {body}", self.engine().name()));
        serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!("{error}: {value}\nfrom: {body}"))
    }

    /// [`Window::run`] for those who expect failures.
    ///
    /// # Errors
    /// [`WebDriverError::Threw`], [`WebDriverError::TimedOut`], or another when the browser is
    /// gone.
    pub fn try_run(&self, patience: Duration, body: &str) -> Result<Value, WebDriverError> {
        // As text, because engines differ in how they pass on what is neither a number nor a text.
        let script = format!(
            "const done = arguments[arguments.length - 1];
            (async () => {{ {body} }})().then(
              (value) => done(JSON.stringify({{ value: value ?? null }})),
              (error) => done(JSON.stringify({{ error: `${{error}}\\n${{error?.stack ?? ''}}` }})),
            );"
        );
        self.session.turn_to(&self.handle)?;
        self.session.set_patience(patience)?;
        let script = json!({ "script": script, "args": [] });
        let end = match self.session.post("execute/async", &script) {
            Err(WebDriverError::Refused { error, .. }) if error == "script timeout" => {
                return Err(WebDriverError::TimedOut(patience));
            }
            answer => expect_text(&answer?),
        };
        match serde_json::from_str(&end) {
            Ok(End::Value(value)) => Ok(value),
            Ok(End::Error(error)) => Err(WebDriverError::Threw(error)),
            Err(error) => Err(WebDriverError::Threw(format!("{error}: {end}"))),
        }
    }

    #[track_caller]
    fn order(&self, command: &str, body: &Value) {
        let turned = self.session.turn_to(&self.handle);
        let done = turned.and_then(|()| self.session.post(command, body));
        done.unwrap_or_else(|error| panic!("{}: {error}", self.engine().name()));
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        self.session.close(&self.handle);
    }
}

#[track_caller]
pub(super) fn expect_text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("the driver gave {value} for a text")).to_owned()
}
