//! A browser under the tests' control.

use std::{cell::RefCell, fs};

use serde_json::{Value, json};

use crate::{
    census,
    chromium::Chromium,
    connection::{Connection, ConnectionError, Incoming, SessionId},
    deadline::{Deadline, PATIENCE},
    journal::{Fetched, Journal, Line},
    page::{Page, Watch},
    turn::Turn,
};

/// Says when modules are compiled and policies violated.
pub(crate) const SPY: &str = include_str!("spy.js");

/// A browser. Its methods panic when it dies or does not answer, because a test cannot go on then.
#[derive(Debug)]
pub struct Browser {
    talk: RefCell<Talk>,
    _chromium: Chromium,
    _turn: Turn,
}

#[derive(Debug)]
struct Talk {
    connection: Connection,
    journal: Journal,
}

impl Browser {
    /// Starts a browser; waits while another test of this program has one.
    ///
    /// # Panics
    /// When there is none, with what to install.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// [`Browser::start`] with more arguments.
    ///
    /// # Panics
    /// As [`Browser::start`].
    #[must_use]
    pub fn start_with(arguments: &[&str]) -> Self {
        let turn = Turn::wait();
        let chromium = Chromium::start(arguments).unwrap_or_else(|error| panic!("{error}"));
        let connection =
            Connection::open(chromium.address()).unwrap_or_else(|error| panic!("{error}"));
        let talk = Talk { connection, journal: Journal::default() };
        Self { talk: RefCell::new(talk), _chromium: chromium, _turn: turn }
    }

    /// Opens a page in a fresh browser context: nothing is cached, no other page is near.
    ///
    /// # Panics
    /// When it does not load.
    #[must_use]
    #[track_caller]
    pub fn open(&self, url: &str, watch: Watch) -> Page<'_> {
        Page::open(self, url, watch)
    }

    /// Calls a method of the `DevTools` protocol, of a session or of the browser.
    ///
    /// # Errors
    /// [`ConnectionError::TimedOut`] when the answer does not come in time.
    ///
    /// # Panics
    /// When the browser is gone, or refuses the call.
    #[track_caller]
    pub fn try_call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
        deadline: Deadline,
    ) -> Result<Value, ConnectionError> {
        let mut talk = self.talk.borrow_mut();
        let id = talk.send(session, method, params);
        loop {
            let incoming = talk.receive(deadline)?;
            if incoming.id != Some(id) {
                talk.note(incoming);
                continue;
            }
            return match incoming.error {
                None => Ok(incoming.result),
                Some(error) => panic!("the browser refuses {method}: {error}"),
            };
        }
    }

    /// [`Browser::try_call`] for calls that are answered at once.
    ///
    /// # Panics
    /// When the answer does not come in time, too.
    #[track_caller]
    pub fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let answer = self.try_call(session, method, params, Deadline::after(PATIENCE));
        answer.unwrap_or_else(|error| panic!("waiting for the answer to {method}: {error}"))
    }

    /// Sends a call and does not wait for its answer.
    pub(crate) fn tell(&self, session: Option<&str>, method: &str, params: Value) {
        // Only on the way out, where a browser that is gone is as good as one that obeys.
        let _ = self.talk.borrow_mut().connection.send(session, method, params);
    }

    /// Waits for an event that carries no more than its name.
    ///
    /// # Panics
    /// When it does not come in time.
    #[track_caller]
    pub(crate) fn wait_for(&self, session: Option<&str>, method: &str) {
        let deadline = Deadline::after(PATIENCE);
        let mut talk = self.talk.borrow_mut();
        while !talk.journal.take_signal(session, method) {
            match talk.receive(deadline) {
                Ok(incoming) => talk.note(incoming),
                Err(error) => {
                    let told = session.map(|session| talk.journal.tell(session));
                    panic!("waiting for {method}: {error}; {}", told.unwrap_or_default());
                }
            }
        }
    }

    /// Counts, from here on, the workers of all pages.
    pub fn count_workers(&self) {
        self.call(None, "Target.setDiscoverTargets", census::discovery());
    }

    /// The workers that the browser has told of since [`Browser::count_workers`].
    #[must_use]
    pub fn workers_ever(&self) -> usize {
        self.talk.borrow().journal.census.ever()
    }

    /// Waits until that many workers live.
    ///
    /// # Panics
    /// When there are more or fewer for too long.
    #[track_caller]
    pub fn wait_for_workers(&self, count: usize) {
        let deadline = Deadline::after(PATIENCE);
        let mut talk = self.talk.borrow_mut();
        loop {
            let living = talk.journal.census.living();
            if living == count {
                return;
            }
            let incoming = talk.receive(deadline);
            let failed = |error| panic!("waiting for {count} workers, there are {living}: {error}");
            let incoming = incoming.unwrap_or_else(failed);
            talk.note(incoming);
        }
    }

    /// Bytes that the processes of pages have touched and hold, as the system counts them: linear memory and buffers
    /// of workers are among them, and no file is. Nothing where the system does not say.
    #[must_use]
    pub fn page_memory(&self) -> Option<f64> {
        let answer = self.call(None, "SystemInfo.getProcessInfo", json!({}));
        let processes = answer["processInfo"].as_array()?;
        let pages = processes.iter().filter(|process| process["type"] == "renderer");
        pages.map(|page| anonymous_bytes(page["id"].as_u64()?)).sum()
    }

    /// Records what the browser does from here on, in these categories of events.
    pub fn start_trace(&self, categories: &[&str]) {
        self.talk.borrow_mut().journal.trace.clear();
        let config = json!({ "includedCategories": categories, "excludedCategories": ["*"] });
        let params = json!({ "traceConfig": config, "transferMode": "ReportEvents" });
        self.call(None, "Tracing.start", params);
    }

    /// Ends the recording and gives it.
    #[must_use]
    pub fn end_trace(&self) -> crate::trace::Trace {
        self.call(None, "Tracing.end", json!({}));
        self.wait_for(None, "Tracing.tracingComplete");
        crate::trace::Trace::new(std::mem::take(&mut self.talk.borrow_mut().journal.trace))
    }

    pub(crate) fn lines_of(&self, page: &str) -> Vec<Line> {
        self.talk.borrow().journal.lines_of(page)
    }

    pub(crate) fn fetched_by(&self, page: &str) -> Vec<Fetched> {
        self.talk.borrow().journal.fetched_by(page)
    }

    pub(crate) fn is_worker(&self, session: &str) -> bool {
        self.talk.borrow().journal.worker(session).is_some()
    }

    pub(crate) fn workers_of(&self, page: &str) -> Vec<String> {
        let journal = &self.talk.borrow().journal;
        let family = journal.family(page);
        family
            .iter()
            .filter_map(|session| journal.worker(session))
            .map(|it| it.url.clone())
            .collect()
    }

    pub(crate) fn story_of(&self, page: &str) -> String {
        self.talk.borrow().journal.tell(page)
    }
}

impl Talk {
    #[track_caller]
    fn send(&mut self, session: Option<&str>, method: &str, params: Value) -> u64 {
        let sent = self.connection.send(session, method, params);
        sent.unwrap_or_else(|error| panic!("sending {method}: {error}"))
    }

    /// Only a timeout is for the caller to explain.
    #[track_caller]
    fn receive(&mut self, deadline: Deadline) -> Result<Incoming, ConnectionError> {
        match self.connection.receive(deadline) {
            Err(ConnectionError::Gone(why)) => panic!("the browser is gone: {why}"),
            received => received,
        }
    }

    /// Books an event; an answer that nobody waits for is dropped.
    fn note(&mut self, incoming: Incoming) {
        if incoming.id.is_some() {
            return;
        }
        let worker = waiting_worker(&incoming);
        self.journal.note(incoming);
        if let Some(worker) = worker {
            self.greet(&worker);
        }
    }

    /// Prepares a worker that waits before its first line, and lets it run.
    fn greet(&mut self, worker: &str) {
        let spy = json!({ "expression": SPY });
        for (method, params) in [
            ("Runtime.enable", json!({})),
            ("Log.enable", json!({})),
            ("Network.enable", json!({})),
            ("Runtime.evaluate", spy),
            ("Runtime.runIfWaitingForDebugger", json!({})),
        ] {
            self.send(Some(worker), method, params);
        }
    }
}

fn waiting_worker(event: &Incoming) -> Option<SessionId> {
    let is_worker = event.method == "Target.attachedToTarget"
        && event.session.is_some()
        && event.params["waitingForDebugger"] == true;
    is_worker.then(|| event.params["sessionId"].as_str().map(str::to_owned))?
}

/// Of a process, from what Linux says of it.
fn anonymous_bytes(process: u64) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024.0)
}
