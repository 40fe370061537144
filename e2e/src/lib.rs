//! Drives a real browser over the `DevTools` protocol, for the tests of the built sites.
//!
//! | module | what it is |
//! |---|---|
//! | [`chromium`] | the browser's processes, ended when dropped |
//! | [`connection`] | the web socket: calls, and what the browser tells unasked |
//! | [`journal`] | what pages and workers logged, threw, fetched and started |
//! | [`browser`] | the two above together |
//! | [`page`] | one tab: navigate, evaluate, wait |
//! | [`site`] | a built site, served |
//! | [`stories`] | runs modules of stories, each in a page of its own |
//! | [`trace`] | the tasks of a page's main thread |
//!
//! Nothing sleeps: everything waits for a promise or an event. Every wait has a [`deadline`], and
//! fails with what was awaited and what the page said meanwhile. Tests cannot go on after such a
//! failure, so the methods of [`Browser`](browser::Browser) and [`Page`](page::Page) panic.
#![forbid(unsafe_code)]

pub mod browser;
pub mod chromium;
pub mod connection;
pub mod deadline;
pub mod journal;
pub mod page;
pub mod site;
pub mod stories;
pub mod trace;
