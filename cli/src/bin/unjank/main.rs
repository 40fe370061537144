//! `unjank`: see `unjank help`.
#![forbid(unsafe_code)]

mod build;
mod check;
mod declarations;
mod dev;
mod doctor;
mod headers;
mod line;
mod new;
mod package;
mod pool;
mod project;
mod site;

use std::{error::Error, process::ExitCode};

use clap::Parser;

use crate::line::{Line, Verb};

fn main() -> ExitCode {
    match run(Line::parse().verb) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<ExitCode, Box<dyn Error>> {
    match verb {
        Verb::New(options) => new::run(&options)?,
        Verb::Build(options) => build::run(&options)?,
        Verb::Dev(options) => dev::run(&options)?,
        Verb::Check(options) => return Ok(check::run(&options)?),
        Verb::Doctor(options) => return Ok(doctor::run(&options)),
    }
    Ok(ExitCode::SUCCESS)
}
