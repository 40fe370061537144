//! One tab of the browser.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    browser::{Browser, SPY},
    connection::SessionId,
    deadline::{Deadline, PATIENCE},
    journal::{Fetched, Line, thrown},
};

/// Bytes of one piece when bytes are taken out of a page.
const PIECE: u32 = 4 << 20;

/// What is observed of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// What the page says and fetches.
    Page,
    /// The same of its workers, and who compiles modules. Slows workers' starts a little.
    Workers,
}

/// A page that has loaded. Closed when it is dropped.
///
/// Its methods panic with what was awaited and what the page said.
#[derive(Debug)]
pub struct Page<'b> {
    browser: &'b Browser,
    context: String,
    session: SessionId,
}

impl<'b> Page<'b> {
    #[track_caller]
    pub(crate) fn open(browser: &'b Browser, url: &str, watch: Watch) -> Self {
        let context = browser.call(None, "Target.createBrowserContext", json!({}));
        let context = expect_text(&context["browserContextId"]);
        let blank = json!({ "url": "about:blank", "browserContextId": context });
        let target = browser.call(None, "Target.createTarget", blank);
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call(None, "Target.attachToTarget", attach);
        let page = Self { browser, context, session: expect_text(&session["sessionId"]) };
        for domain in ["Runtime", "Log", "Network", "Page"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        if watch == Watch::Workers {
            page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": SPY }));
            let attach =
                json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
            page.call("Target.setAutoAttach", attach);
        }
        page.visit(url);
        page
    }

    /// Goes to another page in the same tab.
    ///
    /// # Panics
    /// When it does not load.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.call("Page.navigate", json!({ "url": url }));
        self.browser.wait_for(Some(&self.session), "Page.loadEventFired");
    }

    /// Calls a method of the `DevTools` protocol.
    ///
    /// # Panics
    /// When the browser refuses it.
    #[track_caller]
    pub fn call(&self, method: &str, params: Value) -> Value {
        self.browser.call(Some(&self.session), method, params)
    }

    /// Runs the body of an async function in the page, and gives what it returns.
    ///
    /// # Panics
    /// When it throws, returns something else than a `T`, or does not end in time.
    #[track_caller]
    pub fn run<T: DeserializeOwned>(&self, body: &str) -> T {
        self.run_within(PATIENCE, body)
    }

    /// [`Page::run`] for what takes longer.
    ///
    /// # Panics
    /// As [`Page::run`].
    #[track_caller]
    pub fn run_within<T: DeserializeOwned>(&self, patience: Duration, body: &str) -> T {
        let value = self.try_run(patience, body).unwrap_or_else(|why| {
            panic!("{why}\nin: {body}\n{}", self.browser.story_of(&self.session))
        });
        serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!("{error}: {value}\nfrom: {body}"))
    }

    /// [`Page::run`] for those who expect failures.
    ///
    /// # Errors
    /// What it threw, or that it did not end in time.
    #[track_caller]
    pub fn try_run(&self, patience: Duration, body: &str) -> Result<Value, String> {
        let evaluated = self.evaluate(patience, body, Return::Value)?;
        Ok(evaluated["value"].clone())
    }

    #[track_caller]
    fn evaluate(&self, patience: Duration, body: &str, wanted: Return) -> Result<Value, String> {
        let params = json!({
            "expression": format!("(async () => {{ {body} }})()"),
            "awaitPromise": true,
            "returnByValue": wanted == Return::Value,
        });
        let deadline = Deadline::after(patience);
        let answer =
            self.browser.try_call(Some(&self.session), "Runtime.evaluate", params, deadline);
        let answer = answer.map_err(|error| format!("{error} ({} s)", patience.as_secs()))?;
        let details = &answer["exceptionDetails"];
        if details.is_null() { Ok(answer["result"].clone()) } else { Err(thrown(details)) }
    }

    /// Takes bytes out of the page: `body` returns a `Blob`.
    ///
    /// # Panics
    /// As [`Page::run`].
    #[must_use]
    #[track_caller]
    pub fn take_bytes(&self, body: &str) -> Vec<u8> {
        let blob = self
            .evaluate(PATIENCE, body, Return::Handle)
            .unwrap_or_else(|why| panic!("{why}\nin: {body}"));
        let uuid = self.call("IO.resolveBlob", json!({ "objectId": blob["objectId"] }));
        let handle = format!("blob:{}", expect_text(&uuid["uuid"]));
        let mut bytes = Vec::new();
        loop {
            let piece = self.call("IO.read", json!({ "handle": handle, "size": PIECE }));
            let data = expect_text(&piece["data"]);
            if piece["base64Encoded"] == true {
                let decoded = BASE64_STANDARD.decode(data);
                bytes.extend(decoded.unwrap_or_else(|error| panic!("a piece of bytes: {error}")));
            } else {
                bytes.extend(data.into_bytes());
            }
            if piece["eof"] == true {
                self.call("IO.close", json!({ "handle": handle }));
                return bytes;
            }
        }
    }

    /// What the page said, and its workers if they are watched.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.browser.lines_of(&self.session)
    }

    /// What of [`Page::lines`] tells that something went wrong.
    #[must_use]
    pub fn complaints(&self) -> Vec<Line> {
        self.lines().into_iter().filter(Line::is_complaint).collect()
    }

    /// What the page asked of the network, and its workers if they are watched.
    #[must_use]
    pub fn fetched(&self) -> Vec<Fetched> {
        self.browser.fetched_by(&self.session)
    }

    /// The scripts of all watched workers it ever had.
    #[must_use]
    pub fn workers(&self) -> Vec<String> {
        self.browser.workers_of(&self.session)
    }

    /// What Chromium counts of a page, such as `JSHeapUsedSize`, after a collection of garbage.
    ///
    /// # Panics
    /// When it counts no such thing.
    #[must_use]
    #[track_caller]
    pub fn metric(&self, name: &str) -> f64 {
        self.call("Performance.enable", json!({}));
        self.call("HeapProfiler.collectGarbage", json!({}));
        let answer = self.call("Performance.getMetrics", json!({}));
        let mut metrics = answer["metrics"].as_array().into_iter().flatten();
        let found = metrics.rfind(|metric| metric["name"] == name);
        let value = found.and_then(|metric| metric["value"].as_f64());
        value.unwrap_or_else(|| panic!("Chromium has no metric {name}"))
    }

    /// Whether a line or a request is a worker's.
    #[must_use]
    pub fn is_worker(&self, session: &str) -> bool {
        self.browser.is_worker(session)
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        let context = json!({ "browserContextId": self.context });
        self.browser.tell(None, "Target.disposeBrowserContext", context);
    }
}

/// How a result is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Return {
    Value,
    Handle,
}

#[track_caller]
fn expect_text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("the browser gave {value} for a text")).to_owned()
}
