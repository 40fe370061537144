//! What the command `unjank` is made of, and the builds of unjank itself with it.
//!
//! | module | what it does |
//! |---|---|
//! | [`toolchain`] | finds or adds the targets of the Rust toolchain |
//! | [`optimise`] | makes modules smaller with wasm-opt, where it is |
//! | [`compress`] | writes the compressed files that a static host sends |
//! | [`serve`] | serves a folder on this machine, as strictly as a careful host would, and reloads its pages |
//! | [`command`], [`programs`] | run and find other programs |
//! | [`files`] | copies and removes folders, and names the file of a failure |
//! | [`progress`], [`sizes`] | tell what is done, and how large it became |
#![forbid(unsafe_code)]

pub mod command;
pub mod compress;
pub mod files;
pub mod optimise;
pub mod profile;
pub mod programs;
pub mod progress;
pub mod serve;
pub mod sizes;
pub mod toolchain;
pub mod wasm;
