//! What the command line takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use unjank_cli::profile::Profile;

/// What `--profile` takes.
const PROFILES: &str = "release|small|profiling";

/// Makes, builds and checks kernels for unjank, the pool of Web Workers.
#[derive(Debug, Parser)]
#[command(name = "unjank", version)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make an app: a crate of kernels, and a page that runs them
    New(New),
    /// Build the kernels here into a package for npm with types, and the site if there is one
    Build(Build),
    /// Build again whenever a source has changed, and serve the site if there is one
    Dev(Dev),
    /// Say what a kernel module is, attack it, and say in one line each what is wrong
    Check(Check),
    /// Say what is missing here, or what is wrong with how files are served
    Doctor(Doctor),
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// The app's name, and its folder's: lower-case letters, digits and hyphens
    pub(crate) name: String,
    /// What the page is made with
    #[arg(long, value_enum, default_value_t = App::Plain)]
    pub(crate) app: App,
}

/// What a page is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum App {
    /// Nothing: a page and a script that any static server can serve
    #[value(name = "none")]
    Plain,
    /// Vite, in TypeScript
    Vite,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The crate with the kernels, where there are several
    #[arg(long, short)]
    pub(crate) package: Option<String>,
    /// How they are compiled: `profiling` keeps their names for the browser's profiler
    #[arg(long, value_parser = profile, default_value = "release", value_name = PROFILES)]
    pub(crate) profile: Profile,
}

#[derive(Debug, Args)]
pub(crate) struct Dev {
    #[command(flatten)]
    pub(crate) build: Build,
    /// Where the site is served; 0 takes any that is free
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The module
    pub(crate) file: PathBuf,
    /// Say it as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// What is drawn by chance is drawn from this
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Where an app's page, scripts and modules are deployed; without any, this machine is looked at
    pub(crate) urls: Vec<String>,
}

fn profile(name: &str) -> Result<Profile, &'static str> {
    Profile::named(name).ok_or("choose release, small or profiling")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_line_is_well_formed() {
        Line::command().debug_assert();
    }

    #[test]
    fn mistakes_are_refused_with_what_is_near() {
        let said = |line: &str| Line::try_parse_from(line.split(' ')).unwrap_err().to_string();
        assert!(said("unjank biuld").contains("'build'"), "{}", said("unjank biuld"));
        assert!(said("unjank new a --app vit").contains("vite"));
        assert!(said("unjank build --profile fast").contains("choose release, small or profiling"));
        assert!(said("unjank check").contains("<FILE>"));
    }
}
