//! Drives real browsers, for the tests of the built sites: all engines over `WebDriver`, and Chromium
//! over the `DevTools` protocol where a test needs to see more.
//!
//! | module | what it is |
//! |---|---|
//! | [`engines`] | which engines the tests run in |
//! | [`webdriver`] | a browser of any engine and its windows |
//! | [`stories`] | runs modules of stories, each in a page of its own |
//! | [`table`] | what each engine made of each story |
//! | [`site`] | a built site, served |
//!
//! | module | what it is, for Chromium alone |
//! |---|---|
//! | [`chromium`] | the browser's processes, ended when dropped |
//! | [`connection`] | the web socket: calls, and what the browser tells unasked |
//! | [`journal`] | what pages and workers logged, threw, fetched and started |
//! | [`browser`] | the two above together |
//! | [`page`] | one tab: navigate, evaluate, wait |
//! | [`trace`] | the tasks of a page's main thread |
//!
//! Tests do not sleep: they wait for a promise or an event. Every wait has a [`deadline`], and fails
//! with what was awaited and what the page said meanwhile. Tests cannot go on after such a failure,
//! so the methods of [`Browser`](browser::Browser), [`Page`](page::Page),
//! [`Session`](webdriver::Session) and [`Window`](webdriver::Window) panic.
#![forbid(unsafe_code)]

pub mod browser;
mod census;
pub mod chromium;
pub mod connection;
pub mod deadline;
pub mod engines;
pub mod family;
pub mod journal;
pub mod page;
pub mod site;
pub mod stories;
pub mod table;
pub mod trace;
mod turn;
pub mod webdriver;
