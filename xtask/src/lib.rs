//! Everything around unjank that cargo alone can't do.
//!
//! | module | what it does |
//! |---|---|
//! | [`workspace`] | says where the sources are and where the built things go |
//! | [`join`] | joins small JavaScript modules into one file |
//! | [`package`] | turns kernels and the pool into a folder that a web server can serve |
//! | [`contents`] | compares the files that npm would ship with a list of them |
//! | [`serve`] | serves such a folder on this machine, as strictly as a careful host would |
//! | [`browser`] | finds browsers and their drivers, or installs them |
//! | [`suite`] | the steps of `cargo xtask test` |
//! | [`mod@bench`] | builds the pool and its peers side by side, and runs the benchmark |
//! | [`bite`] | plants faults in the scheduler, to see that its tests catch them |
//! | [`size`] | says how many bytes a page loads, and keeps them within budgets |
//! | [`deny`] | judges the dependencies with cargo-deny |
//! | [`scaling`] | measures the scheduler's steps, and simulates many workers |
//! | [`filters`] | measures the filters without a pool |
//! | [`fuzz`] | looks for bytes that break a law of what is read |
//!
//! `cargo xtask help` prints what the program takes. The library is for the end-to-end tests, which
//! serve the built site and start the browser:
//!
//! ```no_run
//! use xtask::{serve::Server, workspace::Workspace};
//!
//! let workspace = Workspace::find()?;
//! let server = Server::bind(&workspace.site(), 0)?.spawn();
//! println!("http://127.0.0.1:{}/", server.port());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

pub mod bench;
pub mod bite;
pub mod browser;
pub mod check;
pub mod command;
pub mod contents;
pub mod deny;
pub mod filters;
pub mod fuzz;
pub mod join;
pub mod package;
pub mod profile;
pub mod progress;
pub mod scaling;
pub mod serve;
pub mod size;
pub mod suite;
pub mod toolchain;
pub mod workspace;

mod compress;
mod glue;
mod manifest;
mod node;
mod optimise;
mod programs;
mod sizes;
mod tools;
mod wasm;
