//! `cargo xtask fuzz`: looks for bytes that break a law of what unjank reads.
//!
//! The targets stand in `fuzz/`, and share their laws with `protocol/tests/fuzz`. What a search
//! finds lies in `<target>/fuzz/found`; of that, what reaches code that no kept input reaches is
//! added to `fuzz/corpus`, which every test run replays.

use std::{
    error, fmt, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use unjank_cli::command::{self, CommandError};

use crate::workspace::Workspace;

/// The targets of `fuzz/Cargo.toml`, each with a folder in `fuzz/corpus`.
const TARGETS: [&str; 3] = ["frames", "plans", "descriptions"];

/// The longest input in bytes, so that what is kept stays small. Every part of a frame fits.
const LONGEST: u32 = 1024;

/// Why there was no search, or how it ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum FuzzError {
    /// There is no nightly toolchain, or no rustup.
    NoNightly,
    /// cargo-fuzz is not installed.
    NoCargoFuzz,
    /// A folder could not be made or read.
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// cargo-fuzz failed: most likely a law is broken.
    Command(CommandError),
}

impl fmt::Display for FuzzError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNightly => f.write_str(
                "fuzzing needs a nightly compiler: install rustup, then `rustup toolchain install \
                 nightly`. `cargo test -p unjank-protocol --test fuzz` asks the same laws without",
            ),
            Self::NoCargoFuzz => f.write_str(
                "fuzzing needs cargo-fuzz: `cargo install cargo-fuzz --locked`. `cargo test -p \
                 unjank-protocol --test fuzz` asks the same laws without",
            ),
            Self::Folder { path, error } => write!(
                f,
                "{}: {error}: check that the disk has room and the folder may be written",
                path.display()
            ),
            Self::Command(error) => error.fmt(f),
        }
    }
}

impl error::Error for FuzzError {}

/// Searches for `seconds` in all, in equal parts for each target and at least one second each, and
/// keeps what adds coverage.
///
/// # Errors
/// [`FuzzError`], when an input broke a law among others; cargo-fuzz has printed it then.
pub fn run(workspace: &Workspace, seconds: u32) -> Result<(), FuzzError> {
    expect_nightly()?;
    expect_cargo_fuzz()?;
    let each = (seconds / TARGETS.len() as u32).max(1);
    for target in TARGETS {
        let places = Places::of(workspace, target);
        let before = places.count_kept()?;
        places.search(each)?;
        places.keep()?;
        println!("{target}: {} inputs kept, {before} before", places.count_kept()?);
    }
    Ok(())
}

fn expect_nightly() -> Result<(), FuzzError> {
    match command::capture(nightly().arg("--version")) {
        Ok(_) => Ok(()),
        Err(_) => Err(FuzzError::NoNightly),
    }
}

fn expect_cargo_fuzz() -> Result<(), FuzzError> {
    match command::capture(nightly().args(["fuzz", "--version"])) {
        Ok(_) => Ok(()),
        Err(_) => Err(FuzzError::NoCargoFuzz),
    }
}

/// Only nightly compilers instrument code for a fuzzer.
fn nightly() -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo"]);
    // What cargo tells the programs that it runs is about the toolchain that runs this one.
    command.env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTUP_TOOLCHAIN");
    command
}

/// Where the things of one target are.
struct Places {
    target: &'static str,
    fuzz: PathBuf,
    kept: PathBuf,
    found: PathBuf,
    built: PathBuf,
}

impl Places {
    fn of(workspace: &Workspace, target: &'static str) -> Self {
        let fuzz = workspace.root().join("fuzz");
        let built = workspace.target().join("fuzz");
        Self {
            target,
            kept: fuzz.join("corpus").join(target),
            found: built.join("found").join(target),
            fuzz,
            built,
        }
    }

    fn count_kept(&self) -> Result<usize, FuzzError> {
        Ok(fs::read_dir(&self.kept).map_err(at(&self.kept))?.count())
    }

    fn search(&self, seconds: u32) -> Result<(), FuzzError> {
        fs::create_dir_all(&self.found).map_err(at(&self.found))?;
        let mut command = self.fuzzer([&self.found, &self.kept]);
        command.arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1");
        command::run(&mut command).map_err(FuzzError::Command)
    }

    /// Keeps what reaches code, not also what reaches it more often: the corpus stays small.
    fn keep(&self) -> Result<(), FuzzError> {
        let mut command = self.fuzzer([&self.kept, &self.found]);
        command.args(["-set_cover_merge=1", "-use_counters=0"]);
        command::run(&mut command).map_err(FuzzError::Command)
    }

    /// The fuzzer writes to the first of the folders and reads both.
    fn fuzzer(&self, corpora: [&Path; 2]) -> Command {
        let mut command = nightly();
        command.args(["fuzz", "run", "--fuzz-dir"]).arg(&self.fuzz);
        command.arg("--target-dir").arg(&self.built).arg(self.target).args(corpora);
        command.arg("--").arg(format!("-max_len={LONGEST}"));
        command.current_dir(&self.fuzz);
        command
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> FuzzError {
    let path = path.to_path_buf();
    move |error| FuzzError::Folder { path, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        let workspace = Workspace::find().unwrap();
        let manifest = fs::read_to_string(workspace.root().join("fuzz/Cargo.toml")).unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
        for target in TARGETS {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
            assert!(Places::of(&workspace, target).count_kept().unwrap() > 0, "{target}");
        }
    }

    #[test]
    fn the_kept_inputs_stay_few_and_small() {
        let workspace = Workspace::find().unwrap();
        let inputs: Vec<_> = TARGETS
            .into_iter()
            .flat_map(|target| fs::read_dir(Places::of(&workspace, target).kept).unwrap())
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .collect();
        assert!(inputs.len() < 200, "{} inputs: minimise them", inputs.len());
        assert!(inputs.iter().sum::<u64>() < 200 << 10, "{inputs:?} bytes: minimise them");
    }

    #[test]
    fn what_is_missing_is_named_with_its_remedy() {
        assert!(FuzzError::NoNightly.to_string().contains("rustup toolchain install nightly"));
        assert!(FuzzError::NoCargoFuzz.to_string().contains("cargo install cargo-fuzz"));
    }
}
