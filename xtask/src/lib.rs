//! Everything around unjank that cargo alone can't do.
//!
//! | module | what it does |
//! |---|---|
//! | [`workspace`] | says where the sources are and where the built things go |
//! | [`join`] | joins small JavaScript modules into one file |
//! | [`package`] | turns kernels and the pool into a folder that a web server can serve |
//! | [`contents`] | compares the files that npm would ship with a list of them |
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
//! `cargo xtask help` prints what the program takes. What it shares with the command for users is in
//! `unjank_cli`. The library is for the end-to-end tests, which open the built sites in browsers:
//!
//! ```no_run
//! use unjank_cli::serve::Server;
//! use xtask::workspace::Workspace;
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
pub mod contents;
pub mod deny;
pub mod filters;
pub mod fuzz;
pub mod join;
pub mod package;
pub mod scaling;
pub mod size;
pub mod suite;
pub mod workspace;

mod glue;
mod manifest;
mod node;
mod tools;
