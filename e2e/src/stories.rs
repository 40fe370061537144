//! Stories told in JavaScript: each exported function of a module is one.

use std::{fmt, time::Duration};

use serde::Deserialize;

use crate::{
    site::Site,
    webdriver::{Session, Window},
};

/// Functions that are stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module {
    /// Its path in the site, such as `/stories/kernels.js`.
    pub path: &'static str,
    /// How the names of its stories begin, where it exports other things too.
    pub prefix: &'static str,
}

/// One story, told in one engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// The name of the function.
    pub name: String,
    /// What it came to.
    pub end: End,
}

/// What a story came to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// It went as it should.
    Told(Told),
    /// The engine has no means for it, and why.
    Cannot(String),
    /// It did not go as it should, or left an error uncaught in its page.
    Failed(String),
}

/// What a story that went well has to say.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Told {
    /// What its attempts came to, in the order in which they settled.
    pub settlements: Vec<Settlement>,
    /// Milliseconds that it took.
    pub ms: f64,
    /// What it measured, in words.
    pub figures: Option<String>,
}

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Settlement {
    /// The code of an error, or `completed`.
    pub outcome: String,
    /// Milliseconds from its start to its end.
    pub ms: f64,
}

impl End {
    pub(crate) fn failed(why: impl fmt::Display) -> Self {
        Self::Failed(why.to_string())
    }
}

/// Tells every story of a module, each in a fresh page; none may take longer than `patience`.
///
/// # Panics
/// When there are none.
#[must_use]
#[track_caller]
pub fn tell_all(
    session: &Session,
    site: &Site,
    module: Module,
    patience: Duration,
) -> Vec<Telling> {
    let Module { path, prefix } = module;
    let names: Vec<String> =
        open(session, site).run(&format!("return stories('{path}', '{prefix}');"));
    assert!(!names.is_empty(), "{path} tells no stories");
    let tell = |name: String| {
        let end = tell(&open(session, site), module, &name, patience);
        Telling { name, end }
    };
    names.into_iter().map(tell).collect()
}

#[track_caller]
fn open<'s>(session: &'s Session, site: &Site) -> Window<'s> {
    session.open(&site.story_page())
}

fn tell(page: &Window<'_>, module: Module, name: &str, patience: Duration) -> End {
    let body = format!("return tell('{}', '{name}');", module.path);
    match page.try_run(patience, &body) {
        Ok(end) => serde_json::from_value(end).unwrap_or_else(End::failed),
        Err(error) => End::failed(error),
    }
}
