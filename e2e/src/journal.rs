//! What the browser told unasked: what pages and workers logged, threw, fetched and started.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use crate::{
    census::Census,
    connection::{Incoming, SessionId},
    trace::TraceEvent,
};

/// Lines shown when a test fails; the earlier ones are left out.
const SHOWN: usize = 60;

/// How a line came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// By `console`, at this level.
    Console(String),
    /// Nobody caught it.
    Exception,
    /// The browser itself logged it, at this level.
    Browser(String),
}

/// Something said by a page or a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who said it.
    pub session: SessionId,
    /// How.
    pub kind: Kind,
    /// What.
    pub text: String,
}

impl Line {
    /// Whether it tells that something went wrong.
    #[must_use]
    pub fn is_complaint(&self) -> bool {
        match &self.kind {
            Kind::Exception => true,
            Kind::Console(level) | Kind::Browser(level) => {
                ["error", "warning", "assert"].contains(&level.as_str())
            }
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Console(level) => write!(f, "console.{level}: {}", self.text),
            Kind::Exception => write!(f, "uncaught: {}", self.text),
            Kind::Browser(level) => write!(f, "browser, {level}: {}", self.text),
        }
    }
}

/// Something asked of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Who asked.
    pub session: SessionId,
    /// For what.
    pub url: String,
}

/// A page or worker that is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// What it is: `page`, `worker`.
    pub kind: String,
    /// Its script or document.
    pub url: String,
    /// Who started it, for workers.
    pub parent: Option<SessionId>,
}

/// Everything told so far.
#[derive(Debug, Default)]
pub struct Journal {
    lines: Vec<Line>,
    fetched: Vec<Fetched>,
    attached: BTreeMap<SessionId, Attached>,
    /// Events that somebody waits for, by session and method.
    signals: Vec<(Option<SessionId>, String)>,
    pub(crate) census: Census,
    pub(crate) trace: Vec<TraceEvent>,
}

impl Journal {
    /// Books an event.
    pub(crate) fn note(&mut self, event: Incoming) {
        let Incoming { method, params, session, .. } = event;
        let speaker = session.clone().unwrap_or_default();
        match method.as_str() {
            "Runtime.consoleAPICalled" => {
                let kind = Kind::Console(text(&params["type"]));
                self.lines.push(Line { session: speaker, kind, text: arguments(&params["args"]) });
            }
            "Runtime.exceptionThrown" => {
                let text = thrown(&params["exceptionDetails"]);
                self.lines.push(Line { session: speaker, kind: Kind::Exception, text });
            }
            "Log.entryAdded" => {
                let entry = &params["entry"];
                let kind = Kind::Browser(text(&entry["level"]));
                let text = format!("{} {}", text(&entry["text"]), text(&entry["url"]));
                self.lines.push(Line { session: speaker, kind, text });
            }
            "Network.requestWillBeSent" => {
                let url = text(&params["request"]["url"]);
                self.fetched.push(Fetched { session: speaker, url });
            }
            "Target.attachedToTarget" => self.attach(&params, session),
            "Target.targetCreated" => self.census.add(&params["targetInfo"]),
            "Target.targetDestroyed" => self.census.remove(&params["targetId"]),
            "Tracing.dataCollected" => self.trace.extend(TraceEvent::all_of(params)),
            _ => self.signals.push((session, method)),
        }
    }

    fn attach(&mut self, params: &Value, parent: Option<SessionId>) {
        let target = &params["targetInfo"];
        let attached = Attached { kind: text(&target["type"]), url: text(&target["url"]), parent };
        self.attached.insert(text(&params["sessionId"]), attached);
    }

    /// Takes a signal out, if it has come.
    pub(crate) fn take_signal(&mut self, session: Option<&str>, method: &str) -> bool {
        let is_it = |(whose, what): &(Option<SessionId>, String)| {
            whose.as_deref() == session && what == method
        };
        let place = self.signals.iter().position(is_it);
        place.map(|place| self.signals.swap_remove(place)).is_some()
    }

    /// The page and its workers.
    pub(crate) fn family(&self, page: &str) -> Vec<SessionId> {
        let workers = self.attached.iter();
        let workers = workers.filter(|(_, attached)| attached.parent.as_deref() == Some(page));
        workers.map(|(session, _)| session.clone()).chain([page.to_owned()]).collect()
    }

    pub(crate) fn worker(&self, session: &str) -> Option<&Attached> {
        self.attached.get(session).filter(|attached| attached.parent.is_some())
    }

    pub(crate) fn lines_of(&self, page: &str) -> Vec<Line> {
        let family = self.family(page);
        self.lines.iter().filter(|line| family.contains(&line.session)).cloned().collect()
    }

    pub(crate) fn fetched_by(&self, page: &str) -> Vec<Fetched> {
        let family = self.family(page);
        self.fetched.iter().filter(|request| family.contains(&request.session)).cloned().collect()
    }

    /// What was said by a page and its workers, to be read by a person.
    pub(crate) fn tell(&self, page: &str) -> String {
        let lines = self.lines_of(page);
        if lines.is_empty() {
            return "the page said nothing".into();
        }
        let shown = lines.iter().skip(lines.len().saturating_sub(SHOWN));
        shown.fold("the page said:".into(), |told, line| format!("{told}\n  {line}"))
    }
}

/// What a person reads of an exception.
pub(crate) fn thrown(details: &Value) -> String {
    let exception = &details["exception"];
    let described = exception["description"].as_str().or_else(|| exception["value"].as_str());
    described.map_or_else(|| text(&details["text"]), str::to_owned)
}

fn arguments(arguments: &Value) -> String {
    let arguments = arguments.as_array().map(Vec::as_slice).unwrap_or_default();
    let read = |argument: &Value| {
        let value = &argument["value"];
        let plain = || value.is_null().then(|| text(&argument["description"]));
        value.as_str().map(str::to_owned).or_else(plain).unwrap_or_else(|| value.to_string())
    };
    arguments.iter().map(read).collect::<Vec<_>>().join(" ")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
